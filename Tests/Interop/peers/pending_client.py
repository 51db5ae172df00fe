"""An Ice for Python client, 3.8 or 3.7, with calls that are answered late. It needs no Slice.

Usage: pending_client.py PROXY COUNT END [--PROPERTY=VALUE...]

Begins COUNT calls of `awaitTicks` and prints CALLED. Then it waits for the answers (END is `wait`), or closes its connection
gracefully while it does (`close`). Prints ANSWERED and how many there were, or FAILED and the type id of an exception for each
that failed.
"""

import sys

import Ice

PARAMETERS = b"\x0a\x00\x00\x00\x01\x01" + (1_000_000).to_bytes(4, "little")


def close(connection):
    """Returns when the connection is closed, or closing in 3.7."""
    if hasattr(Ice, "ConnectionClose"):
        connection.close(Ice.ConnectionClose.GracefullyWithWait)
    else:
        connection.close().result()


with Ice.initialize(sys.argv) as communicator:
    proxy = communicator.stringToProxy(sys.argv[1])
    connection = proxy.ice_getConnection()
    futures = [
        proxy.ice_invokeAsync("awaitTicks", Ice.OperationMode.Normal, PARAMETERS) for _ in range(int(sys.argv[2]))
    ]
    print("CALLED", flush=True)
    if sys.argv[3] == "close":
        close(connection)
    answered = 0
    for future in futures:
        try:
            answered += future.result()[0]
        except Ice.Exception as exception:
            print(f"FAILED {exception.ice_id()}", flush=True)
    print(f"ANSWERED {answered}", flush=True)
