"""A servant of ::Soak::Work on Ice for Python 3.8 that writes down what it executes.

Usage: servant.py PORT LEDGER

The id of each call is appended to the file LEDGER at once, in one write, so that a killed servant leaves what it did. Prints READY when
it can be called.
"""

import asyncio
import os
import pathlib
import sys

import Ice

Ice.loadSlice([str(pathlib.Path(__file__).resolve().parent / "Soak.ice")])

import Soak  # noqa: E402  (loaded from Slice just above)




class Work(Soak.Work):
    def __init__(self, ledger):
        self._ledger = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _executed(self, id):
        os.write(self._ledger, f"{id}\n".encode())

    def echo(self, id, text, current):
        self._executed(id)
        return text

    def reverse(self, id, values, current):
        self._executed(id)
        return values[::-1]

    async def slow(self, id, milliseconds, current):
        self._executed(id)
        await asyncio.sleep(milliseconds / 1000)
        return id

    def fail(self, id, how, current):
        self._executed(id)
        if how == 0:
            raise Soak.Refused(id, len(id))
        if how == 1:
            raise ValueError("a secret of the servant")
        if how == 2:
            raise Ice.ObjectNotExistException()
        raise Ice.UnknownUserException("a secret of the servant")

    def note(self, id, text, current):
        self._executed(id)

    def look(self, id, current):
        self._executed(id)
        return id


async def main():
    arguments = ["servant", "--Ice.ThreadPool.Server.Size=2", "--Ice.Warn.Dispatch=0", "--Ice.MessageSizeMax=8192"]
    async with Ice.initialize(arguments, eventLoop=asyncio.get_running_loop()) as communicator:
        adapter = communicator.createObjectAdapterWithEndpoints("Work", f"tcp -h 127.0.0.1 -p {sys.argv[1]}")
        adapter.add(Work(sys.argv[2]), Ice.Identity(name="work"))
        adapter.activate()
        print("READY", flush=True)
        await asyncio.Event().wait()


asyncio.run(main())
