"""An Ice for Python client, 3.8 or 3.7, that sends batches. It needs no Slice.

Usage: batch_client.py PROXY [--PROPERTY=VALUE...]

Calls the operations `a 0` to `a 9` in one batch, a missing operation among them; then `b 0` to `b 199`, which leave by
themselves (Ice.BatchAutoFlushSize) and with a flush; then `c 0` to `c 2` over a fixed proxy, flushed by the connection. Last
comes the twoway operation `end`.
"""

import sys

import Ice


def collect(proxy, operation):
    proxy.ice_invoke(operation, Ice.OperationMode.Normal, b"")


with Ice.initialize([*sys.argv, "--Ice.BatchAutoFlushSize=1"]) as communicator:
    proxy = communicator.stringToProxy(sys.argv[1])
    batch = proxy.ice_batchOneway()
    for index in range(10):
        collect(batch, f"a {index}")
        if index == 4:
            collect(batch, "missing")
    batch.ice_flushBatchRequests()
    for index in range(200):
        collect(batch, f"b {index}")
    batch.ice_flushBatchRequests()
    connection = proxy.ice_getConnection()
    fixed = proxy.ice_fixed(connection).ice_batchOneway()
    for index in range(3):
        collect(fixed, f"c {index}")
    connection.flushBatchRequests(Ice.CompressBatch.No)
    proxy.ice_invoke("end", Ice.OperationMode.Normal, b"")
