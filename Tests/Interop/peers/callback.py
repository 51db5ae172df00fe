"""An Ice for Python peer, 3.8 or 3.7, of calls back over the client's connection. It needs no Slice.

Usage: callback.py client PROXY [--PROPERTY=VALUE...]
       callback.py server ENDPOINT [--PROPERTY=VALUE...]

The client gives its connection the object `callback`, which echoes, and calls `callBack` with texts: each must come back. Then
it takes the object away and wants ObjectNotExistException.

The server's object `greeter` answers `callBack` with what `echo` of the caller's object `callback` returns. It prints READY and
its endpoint, and ends with its standard input.
"""

import sys

import Ice

CALLBACK = Ice.Identity("callback", "")


class Echo(Ice.Blobject):
    def ice_invoke(self, parameters, current):
        return True, parameters


class CallBack(Ice.Blobject):
    def ice_invoke(self, parameters, current):
        return current.con.createProxy(CALLBACK).ice_invoke("echo", Ice.OperationMode.Normal, parameters)


def encapsulation(text):
    """A string in encoding 1.1, with its size in five bytes."""
    data = text.encode()
    content = b"\xff" + len(data).to_bytes(4, "little") + data
    return (len(content) + 6).to_bytes(4, "little") + b"\x01\x01" + content


def client(communicator, proxy):
    adapter = communicator.createObjectAdapter("")
    adapter.add(Echo(), CALLBACK)
    adapter.activate()
    proxy = communicator.stringToProxy(proxy)
    connection = proxy.ice_getConnection()
    connection.setAdapter(adapter)
    for length in [0, 5, 300_000]:
        text = encapsulation("x" * length)
        ok, result = proxy.ice_invoke("callBack", Ice.OperationMode.Normal, text)
        assert ok and bytes(result) == text, (ok, len(result))
    connection.setAdapter(None)
    try:
        proxy.ice_invoke("callBack", Ice.OperationMode.Normal, encapsulation(""))
    except Ice.ObjectNotExistException as exception:
        assert exception.id == CALLBACK, exception
    else:
        raise AssertionError("a missing object answered")


def server(communicator, endpoint):
    adapter = communicator.createObjectAdapterWithEndpoints("A", endpoint)
    adapter.add(CallBack(), Ice.Identity("greeter", ""))
    adapter.activate()
    port = adapter.getEndpoints()[0].getInfo()
    while getattr(port, "underlying", None):
        port = port.underlying
    print(f"READY {endpoint.split()[0]} -h 127.0.0.1 -p {port.port}", flush=True)
    sys.stdin.read()


# The answer of a callback is read by another thread than that which waits for it.
with Ice.initialize([*sys.argv, "--Ice.ThreadPool.Server.Size=4", "--Ice.ThreadPool.Client.Size=4"]) as communicator:
    {"client": client, "server": server}[sys.argv[1]](communicator, sys.argv[2])
