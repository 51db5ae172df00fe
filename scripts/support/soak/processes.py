"""The processes of a soak: icegate and the servants, and what /proc tells of them."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Servant:
    """One servant process after the other, on the same port and with the same ledger."""

    def __init__(self, root, name, folder):
        self.root, self.name, self.port = Path(root), name, free_port()
        self.ledger = folder / f"{name}.ledger"
        self.process = None

    async def start(self):
        python = self.root / ".build-peers/python38/bin/python"
        self.process = await asyncio.create_subprocess_exec(
            python, self.root / "Tests/Soak/servant.py", str(self.port), self.ledger,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        if line.strip() != b"READY":
            sys.exit(f"soak: the servant {self.name} doesn't start; has scripts/setup-peers run?")

    def signal(self, number):
        self.process.send_signal(number)

    async def kill(self):
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


class Gateway:
    def __init__(self, binary, folder):
        self.binary, self.port = binary, free_port()
        self.configuration = folder / "icegate.yaml"
        self.output, self.errors = folder / "icegate.out", folder / "icegate.err"
        self.process = None

    async def start(self):
        with open(self.output, "wb") as output, open(self.errors, "wb") as errors:
            self.process = await asyncio.create_subprocess_exec(
                self.binary, "serve", "--config", self.configuration,
                stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=errors)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                await asyncio.sleep(0.1)
            if self.process.returncode is not None:
                break
        sys.exit(f"soak: icegate doesn't start:\n{self.errors.read_text()}{self.output.read_text()[:2000]}")

    @property
    def has_ended(self):
        return self.process.returncode is not None

    def write(self, text):
        """Replaces the configuration in one step."""
        new = self.configuration.with_suffix(".new")
        new.write_text(text)
        new.rename(self.configuration)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def said(self):
        """How much it has said so far that isn't a line of the access log."""
        lines = self.output.read_bytes().splitlines() + self.errors.read_bytes().splitlines()
        return sum(not line.startswith(b"{") for line in lines)

    def sample(self):
        """Descriptors, threads, KiB of memory."""
        folder = Path(f"/proc/{self.process.pid}")
        fields = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        return len(os.listdir(folder / "fd")), int(fields["Threads"]), int(fields["VmRSS"].split()[0])

    async def stop(self, deadline):
        """The exit status after SIGTERM; None when it doesn't end in time."""
        self.process.terminate()
        try:
            return await asyncio.wait_for(self.process.wait(), deadline)
        except asyncio.TimeoutError:
            self.process.kill()
            await self.process.wait()
            return None
