"""What happens to servants and to the configuration while clients call."""

import asyncio
import signal
from collections import Counter

from .wire import Connection, NoAnswer, request_bytes

BROKEN = ["services: [", "unknown_key: 1\n", "listen: 127.0.0.1:x\n", "slice: {files: [/nowhere/Missing.ice]}\n", ""]


class Chaos:
    def __init__(self, soak, rng):
        self.soak, self.rng = soak, rng
        self.counts = Counter()
        self.version = 0

    async def faults(self):
        """Kills and stops servants, never both at once."""
        while await self._pause(1, 4):
            servant = self.rng.choice(self.soak.servants)
            if self.rng.random() < 0.4:
                await servant.kill()
                self.counts["killed"] += 1
                await asyncio.sleep(self.rng.uniform(0, 1.5))
                await servant.start()
            else:
                servant.signal(signal.SIGSTOP)
                self.counts["stopped"] += 1
                await asyncio.sleep(self.rng.choice([0.2, 1, 3, 7]))
                servant.signal(signal.SIGCONT)

    async def reloads(self):
        while await self._pause(2, 6):
            if self.rng.random() < 0.3:
                await self.refused()
            else:
                await self.reloaded()

    async def reloaded(self):
        """A new configuration has a service that the old one hadn't, and the other way round."""
        old, self.version = self.version, self.version + 1
        self.soak.gateway.write(self.soak.configuration(self.version))
        self.soak.gateway.reload()
        self.counts["reloaded"] += 1
        if not await self._until(lambda: self._serves(self.version)):
            self.soak.violation("reload", f"the service v{self.version} isn't served after a reload")
        elif await self._serves(old):
            self.soak.violation("reload", f"the service v{old} is served after a reload without it")

    async def refused(self):
        """A broken configuration is told, and the old one stays."""
        said = self.soak.gateway.said()
        text = self.rng.choice(BROKEN)
        self.soak.gateway.write(text)
        self.soak.gateway.reload()
        self.counts["refused"] += 1

        async def is_told():
            return self.soak.gateway.said() > said

        if not await self._until(is_told):
            self.soak.violation("reload", f"nothing is said about the broken configuration {text!r}")
        if not await self._serves(self.version):
            self.soak.violation("reload", f"the service v{self.version} is lost after a refused reload of {text!r}")
        self.soak.gateway.write(self.soak.configuration(self.version))

    async def _serves(self, version):
        """Whether there is a route: a GET there is a wrong method, and elsewhere there is nothing."""
        try:
            connection = await Connection.open(self.soak.port, 30)
            connection.send(request_bytes("GET", f"/v{version}/echo", [("Connection", "close")]))
            answer = await connection.answer(30)
        except NoAnswer as error:
            self.soak.violation("reload", str(error))
            return False
        connection.close()
        return answer.status == 405

    async def _until(self, condition):
        for _ in range(300):
            if await condition():
                return True
            await asyncio.sleep(0.1)
        return False

    async def _pause(self, least, most):
        """False when the soak ends meanwhile."""
        try:
            await asyncio.wait_for(self.soak.over.wait(), self.rng.uniform(least, most))
        except asyncio.TimeoutError:
            return True
        return False
