"""An Ice for Python client, 3.8 or 3.7, that calls replicas while one of them ends. It needs no Slice.

Usage: replica_client.py PROXY FILE [--PROPERTY=VALUE...]

Prints `READY calling` after its first call. Calls until FILE exists, then 50 times more, and prints `DONE` and the number
of its calls; a call that fails ends it. It ends with its standard input, too.
"""

import os
import sys
import threading

import Ice


def end_with_standard_input():
    sys.stdin.buffer.read()
    os._exit(1)


threading.Thread(target=end_with_standard_input, daemon=True).start()
with Ice.initialize(sys.argv) as communicator:
    proxy = communicator.stringToProxy(sys.argv[1]).ice_connectionCached(False)
    calls = 0

    def call():
        global calls
        type_id = proxy.ice_id()
        assert type_id == "::VisitorCenter::Greeter", type_id
        calls += 1

    call()
    print("READY calling", flush=True)
    while not os.path.exists(sys.argv[2]):
        call()
    for _ in range(50):
        call()
    print(f"DONE {calls}", flush=True)
os._exit(0)  # the other thread still reads
