"""An Ice for Python client, 3.8 or 3.7, that sends datagrams. It needs no Slice.

Usage: datagram_client.py PROXY [--PROPERTY=VALUE...]

Calls the operations `a 0` to `a 9`, each a datagram; then `b 0` to `b 9` in one; then `c`, whose datagram is compressed.
"""

import sys

import Ice


def call(proxy, operation, context=None):
    proxy.ice_invoke(operation, Ice.OperationMode.Normal, b"", context or {})


with Ice.initialize(sys.argv) as communicator:
    proxy = communicator.stringToProxy(sys.argv[1]).ice_datagram()
    for index in range(10):
        call(proxy, f"a {index}")
    batch = proxy.ice_batchDatagram()
    for index in range(10):
        call(batch, f"b {index}")
    batch.ice_flushBatchRequests()
    call(proxy.ice_compress(True), "c", {"long": "text " * 1000})
