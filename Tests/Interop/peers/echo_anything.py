"""An Ice for Python server, 3.8 or 3.7, of the interface ::Property::Echo of any Slice file.

Usage: echo_anything.py SLICE_FILE

What an operation does is in its name: `echo3answers021` answers with its first, third and second argument, and
`throw4` throws the exception X4 made of its arguments.

Prints `READY tcp -h HOST -p PORT` when it can be called, and ends when its standard input does.
"""

import os
import pathlib
import re
import sys

import Ice

if Ice.intVersion() >= 30800:
    Ice.loadSlice([sys.argv[1]])
else:
    Ice.loadSlice("", [sys.argv[1]])

import Property  # noqa: E402  (loaded from Slice just above)


def answering(parameters):
    def operation(self, *arguments):
        answers = tuple(arguments[parameter] for parameter in parameters)
        return answers[0] if len(answers) == 1 else answers

    return operation


def throwing(exception):
    def operation(self, *arguments):
        raise getattr(Property, exception)(*arguments[:-1])  # the last is the Current

    return operation


def methods(text):
    result = {}
    for name, parameters in re.findall(r"\b(echo\d+answers(\d+))\(", text):
        result[name] = answering([int(digit) for digit in parameters])
    for name, number in re.findall(r"\b(throw(\d+))\(", text):
        result[name] = throwing(f"X{number}")
    return result


def main():
    echo = type("Echo", (Property.Echo,), methods(pathlib.Path(sys.argv[1]).read_text()))()
    with Ice.initialize(["server", "--Ice.ClassGraphDepthMax=100", "--Ice.MessageSizeMax=0"]) as communicator:
        adapter = communicator.createObjectAdapterWithEndpoints("Echo", "tcp -h 127.0.0.1 -p 0")
        adapter.add(echo, Ice.Identity(name="echo"))
        adapter.activate()
        info = adapter.getEndpoints()[0].getInfo()
        print(f"READY tcp -h {info.host} -p {info.port}", flush=True)
        sys.stdin.buffer.read()
        os._exit(0)


main()
