"""An Ice for Python 3.7 server with blocking servants: ::VisitorCenter::Greeter, ::Interop::Echo and ::Interop::Graphs.

Usage: server.py SLICE_DIRECTORY_OF_GREETER [ENDPOINT [--PROPERTY=VALUE...]]

Prints `READY TRANSPORT -h HOST -p PORT` when it can be called, and ends when its standard input does.
"""

import os
import pathlib
import sys
import threading
import time

import Ice

peers = pathlib.Path(__file__).resolve().parent.parent
Ice.loadSlice("", [f"{sys.argv[1]}/Greeter.ice"])
Ice.loadSlice("", ["--all", f"-I{peers}", f"{peers}/PeerOnly.ice"])  # with the Interop.ice it includes

import Interop  # noqa: E402  (loaded from Slice just above)
import PeerOnly  # noqa: E402
import VisitorCenter  # noqa: E402


class Greeter(VisitorCenter.Greeter):
    def greet(self, name, current):
        return f"Hello, {name}!"


class Echo(Interop.Echo):
    def __init__(self):
        self._ticks = 0
        self._ticked = threading.Condition()

    def _same(self, value, current):
        return value

    echoBool = echoByte = echoShort = echoInt = echoLong = echoFloat = echoDouble = echoString = echoColor = _same
    echoPoint = echoLine = echoEverything = echoSettings = _same
    echoBoolSeq = echoByteSeq = echoShortSeq = echoIntSeq = echoLongSeq = echoFloatSeq = echoDoubleSeq = _same
    echoStringSeq = echoColorSeq = echoPointSeq = echoLineSeq = echoIntSeqSeq = echoStringIntDictSeq = _same
    echoStringIntDict = echoStringStringDict = echoBoolStringDict = echoByteStringDict = _same
    echoShortStringDict = echoIntStringDict = echoLongStringDict = echoColorPointDict = _same
    echoKeyStringDict = echoStringPointSeqDict = _same

    def invert(self, aBool, aShort, anInt, aLong, aFloat, aDouble, aString, aPoint, numbers, current):
        point = Interop.Point(-aPoint.x, -aPoint.y)
        return (aString[::-1], not aBool, -aShort, -anInt, -aLong, -aFloat, -aDouble, point, list(numbers)[::-1])

    def swap(self, first, second, current):
        return (second, first)

    def divide(self, dividend, divisor, current):
        if divisor == 0:
            raise Interop.DivisionByZero("division by zero", dividend)
        return divmod(dividend, divisor)

    def fail(self, kind, current):
        allowed = [Interop.Color.Green, Interop.Color.Violet]
        if kind == "base":
            raise Interop.InteropError("as asked")
        if kind == "division":
            raise Interop.DivisionByZero("as asked", -7)
        if kind == "range":
            raise Interop.OutOfRange("as asked", Interop.Point(1, -2), allowed, 2.5)
        if kind == "far":
            raise Interop.FarOutOfRange("as asked", Interop.Point(3, -4), allowed, 0.1)

    def failSliced(self, current):
        raise PeerOnly.Secret("known part", "unknown part")

    def failUndeclared(self, current):
        raise Interop.Undeclared(42)

    def failUnknown(self, current):
        raise RuntimeError("not an Ice exception")

    def failNotExist(self, current):
        raise Ice.ObjectNotExistException()

    def tick(self, current):
        with self._ticked:
            self._ticks += 1
            self._ticked.notify_all()

    def awaitTicks(self, count, current):
        with self._ticked:
            self._ticked.wait_for(lambda: self._ticks >= count)
            return self._ticks

    def resetTicks(self, current):
        with self._ticked:
            self._ticks = 0

    def sleep(self, milliseconds, current):
        print("SLEEP", flush=True)
        time.sleep(milliseconds / 1000)

    def fetch(self, key, current):
        return f"value of {key}"

    def describe(self, current):
        idempotent = current.mode == Ice.OperationMode.Idempotent
        return Interop.Call(
            current.id.name, current.id.category, current.facet, current.operation, idempotent, current.ctx
        )

    describeIdempotent = describe


class Graphs(Interop.Graphs):
    def _same(self, value, current):
        return value

    echoNode = echoAnimalSeq = echoCage = echoAny = echoAnimalSliced = echoProxy = _same

    def echoAnimal(self, value, current):
        return (value, value)

    def echoOptional(self, value, where, current):
        return (value, where)

    def stranger(self, current):
        prey = Interop.Animal("hare", None)
        wolf = PeerOnly.Wolf("grey", None, 7, True, "hungry", prey, 3)
        wolf.friend = wolf
        return wolf

    def unmask(self, value, current):
        if not isinstance(value, PeerOnly.Wolf):
            return f"no stranger: {value.name}"
        return f"{value.name} {value.secret} {value.prey.name} {value.count} {value.friend is value}"

    def bite(self, by, current):
        raise Interop.Bitten("as asked", by, "leg")


def main():
    endpoint = sys.argv[2] if len(sys.argv) > 2 else "tcp -h 127.0.0.1 -p 0"
    # Servants block their thread, so there have to be several.
    arguments = ["server", "--Ice.ThreadPool.Server.Size=4", "--Ice.ThreadPool.Server.SizeMax=16", *sys.argv[3:]]
    with Ice.initialize(arguments) as communicator:
        adapter = communicator.createObjectAdapterWithEndpoints("Interop", endpoint)
        echo = Echo()
        adapter.add(Greeter(), Ice.Identity(name="greeter"))
        adapter.add(echo, Ice.Identity(name="echo"))
        adapter.add(echo, Ice.Identity(name="7", category="echo"))
        adapter.add(Graphs(), Ice.Identity(name="graphs"))
        adapter.addFacet(echo, Ice.Identity(name="echo"), "second")
        adapter.activate()
        published = adapter.getEndpoints()[0]
        info = published.getInfo()
        while info.underlying:
            info = info.underlying
        print(f"READY {str(published).split()[0]} -h {info.host} -p {info.port}", flush=True)
        sys.stdin.buffer.read()
        os._exit(0)  # at once: calls may still be asleep in their servants


main()
