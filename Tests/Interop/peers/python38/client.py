"""An Ice for Python 3.8 client on asyncio, for servers that aren't Python.

Usage: client.py SLICE_DIRECTORY_OF_GREETER GREETER_PROXY [ECHO_PROXY [GRAPHS_PROXY]] [--PROPERTY=VALUE...]

Prints one line of JSON per check (python_checks.py), the last one {"check": "done"}.
"""

import asyncio
import pathlib
import sys

import Ice

peers = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(peers))
Ice.loadSlice([f"{sys.argv[1]}/Greeter.ice", f"{peers}/Interop.ice"])

import Interop  # noqa: E402  (loaded from Slice just above)
import VisitorCenter  # noqa: E402
from python_checks import LARGE, NAMES, call_checks, echo_checks, graph_checks, report  # noqa: E402


async def attempt_async(check, awaitable):
    try:
        report(check, returnValue=await awaitable)
    except Ice.Exception as exception:
        report(check, exception=exception.ice_id())


async def greeter_checks(greeter):
    for name in NAMES:
        report("greet", argument=name, returnValue=await greeter.greetAsync(name))
    report("greet large", length=len(await greeter.greetAsync("x" * LARGE)))
    greetings = await asyncio.gather(*(greeter.greetAsync(str(number)) for number in range(100)))
    report("greet concurrently", returnValue=greetings)
    await attempt_async("ping", greeter.ice_pingAsync())
    await attempt_async("id", greeter.ice_idAsync())
    await attempt_async("ids", greeter.ice_idsAsync())
    await attempt_async("isA", greeter.ice_isAAsync("::VisitorCenter::Greeter"))
    await attempt_async("isA other", greeter.ice_isAAsync("::Other::Thing"))
    await attempt_async("oneway ping", greeter.ice_oneway().ice_pingAsync())
    nobody = VisitorCenter.GreeterPrx.uncheckedCast(greeter.ice_identity(Ice.Identity("nobody", "")))
    await attempt_async("missing object", nobody.greetAsync("x"))
    nowhere = VisitorCenter.GreeterPrx.uncheckedCast(greeter, "nowhere")
    await attempt_async("missing facet", nowhere.greetAsync("x"))
    await attempt_async("missing operation", greeter.ice_invokeAsync("farewell", Ice.OperationMode.Normal, b""))
    await attempt_async("greet after failures", greeter.greetAsync("bob"))


async def main():
    arguments = list(sys.argv)  # an initialization takes out what is Ice's
    async with Ice.initialize(sys.argv, eventLoop=asyncio.get_running_loop()) as communicator:
        await greeter_checks(VisitorCenter.GreeterPrx(communicator, sys.argv[2]))
    if len(sys.argv) > 3:
        with Ice.initialize(arguments) as communicator:
            echo = Interop.EchoPrx(communicator, sys.argv[3])
            echo_checks(echo, Interop)
            if len(sys.argv) > 4:
                call_checks(echo)
                graph_checks(Interop.GraphsPrx(communicator, sys.argv[4]), Interop)
    report("done")


asyncio.run(main())
