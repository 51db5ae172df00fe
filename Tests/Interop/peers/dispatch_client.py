"""An Ice for Python client, 3.8 or 3.7, that tells what it is answered. It needs no Slice.

Usage: dispatch_client.py PROXY RELAYED_PROXY OPERATION...

Calls every operation of both objects, without parameters, and prints a line of JSON for each call: {"call": …} with "ok" and
"bytes" or with "exception", "text", "status" and "target" as far as it knows them. Then 20 calls of `hold` are pending while
`now` is called, until `release` is called.
"""

import json
import sys

import Ice


def report(call, **fields):
    print(json.dumps({"call": call, **fields}), flush=True)


def plain(value):
    """A member is a property in 3.7 and may be a method in 3.8."""
    return value() if callable(value) else value


def described(exception):
    fields = {"exception": exception.ice_id()}
    if isinstance(exception, Ice.RequestFailedException):
        identity = plain(exception.id)
        fields["target"] = [identity.category, identity.name, plain(exception.facet), plain(exception.operation)]
    elif hasattr(exception, "replyStatus"):
        fields.update(text=str(exception), status=int(plain(exception.replyStatus)))
    elif hasattr(exception, "unknown"):
        fields["text"] = exception.unknown
    return fields


def call(name, proxy, operation):
    try:
        ok, result = proxy.ice_invoke(operation, Ice.OperationMode.Normal, b"")
        report(f"{name} {operation}", ok=ok, bytes=bytes(result).hex())
    except Ice.Exception as exception:
        report(f"{name} {operation}", **described(exception))


with Ice.initialize(sys.argv) as communicator:
    direct, relayed = (communicator.stringToProxy(text) for text in sys.argv[1:3])
    for name, proxy in ("direct", direct), ("relayed", relayed):
        for operation in sys.argv[3:]:
            call(name, proxy, operation)
    futures = [direct.ice_invokeAsync("hold", Ice.OperationMode.Normal, b"") for _ in range(20)]
    direct.ice_invoke("now", Ice.OperationMode.Normal, b"")
    early = sum(future.done() for future in futures)
    direct.ice_invoke("release", Ice.OperationMode.Normal, b"")
    report("beside", early=early, answered=sum(future.result()[0] for future in futures))
