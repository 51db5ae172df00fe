"""An Ice for Python 3.7 client, for servers that aren't Python.

Usage: client.py SLICE_DIRECTORY_OF_GREETER GREETER_PROXY [ECHO_PROXY [GRAPHS_PROXY]] [--PROPERTY=VALUE...]

Prints one line of JSON per check (python_checks.py), the last one {"check": "done"}.
"""

import pathlib
import sys

import Ice

peers = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(peers))
Ice.loadSlice("", [f"{sys.argv[1]}/Greeter.ice"])
Ice.loadSlice("", [f"{peers}/Interop.ice"])

import Interop  # noqa: E402  (loaded from Slice just above)
import VisitorCenter  # noqa: E402
from python_checks import LARGE, NAMES, attempt, call_checks, echo_checks, graph_checks, report  # noqa: E402


def greeter_checks(greeter):
    for name in NAMES:
        report("greet", argument=name, returnValue=greeter.greet(name))
    report("greet large", length=len(greeter.greet("x" * LARGE)))
    futures = [greeter.greetAsync(str(number)) for number in range(100)]
    report("greet concurrently", returnValue=[future.result() for future in futures])
    attempt("ping", greeter.ice_ping)
    attempt("id", greeter.ice_id)
    attempt("ids", greeter.ice_ids)
    attempt("isA", lambda: greeter.ice_isA("::VisitorCenter::Greeter"))
    attempt("isA other", lambda: greeter.ice_isA("::Other::Thing"))
    attempt("oneway ping", greeter.ice_oneway().ice_ping)
    nobody = VisitorCenter.GreeterPrx.uncheckedCast(greeter.ice_identity(Ice.stringToIdentity("nobody")))
    attempt("missing object", lambda: nobody.greet("x"))
    nowhere = VisitorCenter.GreeterPrx.uncheckedCast(greeter, "nowhere")
    attempt("missing facet", lambda: nowhere.greet("x"))
    attempt("missing operation", lambda: greeter.ice_invoke("farewell", Ice.OperationMode.Normal, b""))
    attempt("greet after failures", lambda: greeter.greet("bob"))


with Ice.initialize(sys.argv) as communicator:
    greeter_checks(VisitorCenter.GreeterPrx.uncheckedCast(communicator.stringToProxy(sys.argv[2])))
    if len(sys.argv) > 3:
        echo = Interop.EchoPrx.uncheckedCast(communicator.stringToProxy(sys.argv[3]))
        echo_checks(echo, Interop)
        if len(sys.argv) > 4:
            call_checks(echo)
            graph_checks(Interop.GraphsPrx.uncheckedCast(communicator.stringToProxy(sys.argv[4])), Interop)
    report("done")
