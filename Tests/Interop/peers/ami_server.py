"""An Ice for Python server, 3.8 or 3.7, of ::AMI::Probe and, behind an adapter of its own, ::AMI::Control.

Usage: ami_server.py [ENDPOINT [--PROPERTY=VALUE...]]

Prints `READY`, the endpoint of the probe, `CONTROL` and that of the control when the control can be called, and ends when its
standard input does. No servant blocks its thread.
"""

import os
import pathlib
import sys
import threading

import Ice

slice_file = str(pathlib.Path(__file__).resolve().parent / "AMI.ice")
is_38 = Ice.intVersion() >= 30800
if is_38:
    Ice.loadSlice([slice_file])
else:
    Ice.loadSlice("", [slice_file])

import AMI  # noqa: E402  (loaded from Slice just above)


class Gates:
    def __init__(self):
        self._lock = threading.Lock()
        self._opened = set()
        self._held = {}

    def hold(self, name):
        future = Ice.Future()
        with self._lock:
            if name not in self._opened:
                self._held.setdefault(name, []).append(future)
                return future
        future.set_result(None)
        return future

    def open(self, name):
        with self._lock:
            self._opened.add(name)
            futures = self._held.pop(name, [])
        for future in futures:
            future.set_result(None)


class Counts:
    def __init__(self):
        self._lock = threading.Lock()
        self._counts = {}
        self._waiters = []

    def add(self, name):
        with self._lock:
            count = self._counts[name] = self._counts.get(name, 0) + 1
            reached = [waiter for waiter in self._waiters if waiter[0] == name and waiter[1] <= count]
            self._waiters = [waiter for waiter in self._waiters if waiter not in reached]
        for _, _, future in reached:
            future.set_result(count)
        return count

    def wait(self, name, count):
        future = Ice.Future()
        with self._lock:
            now = self._counts.get(name, 0)
            if now < count:
                self._waiters.append((name, count, future))
                return future
        future.set_result(now)
        return future


gates = Gates()
counts = Counts()


def break_connection(connection):
    if is_38:
        connection.abort()
    else:
        connection.close(Ice.ConnectionClose.Forcefully)


class Probe(AMI.Probe):
    def op(self, current):
        counts.add("op")

    def opWithResult(self, value, current):
        counts.add("opWithResult")
        return value

    def opWithOuts(self, a, b, text, current):
        counts.add("opWithOuts")
        return (a + b, a * b, text)

    def describe(self, current):
        counts.add(current.operation)
        idempotent = current.mode != Ice.OperationMode.Normal
        return AMI.Call(
            current.id.name, current.facet, current.operation, idempotent, current.requestId != 0, current.ctx
        )

    describeIdempotent = describe

    def fail(self, kind, current):
        counts.add("fail")
        if kind == "declared":
            raise AMI.Declared("as asked")
        if kind == "undeclared":
            raise AMI.Undeclared(42)
        if kind == "missing":
            raise Ice.ObjectNotExistException()
        raise RuntimeError("not an Ice exception")

    def hold(self, gate, current):
        counts.add(current.operation)
        return gates.hold(gate)

    holdIdempotent = hold

    def open(self, gate, current):
        counts.add("open")
        gates.open(gate)

    def execute(self, id, current):
        counts.add("execute")
        counts.add(id)
        os.write(1, f"EXECUTED {id}\n".encode())

    def upload(self, offset, data, current):
        counts.add("upload")
        return len(data)

    def download(self, size, current):
        counts.add("download")
        return bytes(size)

    def breakOnce(self, id, current):
        counts.add(current.operation)
        count = counts.add(id)
        if count == 1:
            break_connection(current.con)
        return count

    breakOnceNormal = breakOnce


class Control(AMI.Control):
    def __init__(self, adapter):
        self._adapter = adapter

    def activate(self, current):
        self._adapter.activate()

    def pause(self, current):
        self._adapter.hold()

    def open(self, gate, current):
        gates.open(gate)

    def awaitCount(self, name, count, current):
        return counts.wait(name, count)


def text(adapter):
    info = adapter.getEndpoints()[0].getInfo()
    return f"tcp -h {info.host} -p {info.port}"


def main():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp -h 127.0.0.1 -p 0"
    arguments = ["server", "--Ice.ThreadPool.Server.Size=4", "--Ice.MessageSizeMax=0", *sys.argv[2:]]
    with Ice.initialize(arguments) as communicator:
        probe = communicator.createObjectAdapterWithEndpoints("Probe", endpoint)
        probe.add(Probe(), Ice.Identity(name="probe"))
        control = communicator.createObjectAdapterWithEndpoints("Control", "tcp -h 127.0.0.1 -p 0")
        control.add(Control(probe), Ice.Identity(name="control"))
        control.activate()
        print(f"READY {text(probe)} CONTROL {text(control)}", flush=True)
        sys.stdin.buffer.read()
        os._exit(0)


main()
