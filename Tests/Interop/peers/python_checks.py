"""What the Python clients of both versions have in common: their report, and the checks of ::Interop::Echo.

Each check prints one line of JSON: {"check": …} with "returnValue" or "exception", the latter as a Slice type id.
"""

import json

import Ice

NAMES = ["alice", "", "Zoë 🙂 \u0000 \u00e9", "'\"\\\n"]
LARGE = 300_000  # more than a socket buffer takes at once


def report(check, **fields):
    print(json.dumps({"check": check, **fields}), flush=True)


def attempt(check, call):
    """Reports what `call` returned, or the exception that it ended with."""
    try:
        report(check, returnValue=call())
    except Ice.Exception as exception:
        report(check, exception=exception.ice_id())


def echo_checks(echo, Interop):
    """Calls every operation of Interop.ice.

    :raises AssertionError: at the first answer that isn't the expected one.
    """
    point, other = Interop.Point(1, -2), Interop.Point(2147483647, -2147483648)
    line = Interop.Line("diagonal", point, other, Interop.Color.Violet)
    key = Interop.Key(7, "minor")
    everything = Interop.Everything(
        True, 255, -32768, 2147483647, -9223372036854775808, 0.5, 0.1, "text", Interop.Color.Blue, point
    )
    same = {
        "echoBool": [True, False],
        "echoByte": [0, 127, 255],
        "echoShort": [-32768, 0, 32767],
        "echoInt": [-2147483648, 0, 2147483647],
        "echoLong": [-9223372036854775808, 9007199254740993, 9223372036854775807],
        "echoFloat": [0.0, -1.5, 3.4028234663852886e38, float("inf")],
        "echoDouble": [0.0, 0.1, 5e-324, 1.7976931348623157e308, float("-inf")],
        "echoString": NAMES + ["x" * LARGE],
        "echoColor": [Interop.Color.Red, Interop.Color.Green, Interop.Color.Blue, Interop.Color.Violet],
        "echoPoint": [point, other],
        "echoLine": [line],
        "echoEverything": [everything],
        "echoSettings": [Interop.Settings(), Interop.Settings(1, "x", Interop.Color.Red, 1.5, False, 2)],
        "echoBoolSeq": [[], [True, False]],
        "echoByteSeq": [b"", b"\x00\x7f\x80\xff", b"z" * 300],
        "echoShortSeq": [[], [-1, 2]],
        "echoIntSeq": [[], list(range(300))],
        "echoLongSeq": [[], [-1, 2**53 + 1]],
        "echoFloatSeq": [[], [0.5, -2.25]],
        "echoDoubleSeq": [[], [0.1, -2e300]],
        "echoStringSeq": [[], NAMES],
        "echoColorSeq": [[], [Interop.Color.Violet, Interop.Color.Red]],
        "echoPointSeq": [[], [point, other]],
        "echoLineSeq": [[], [line, line]],
        "echoIntSeqSeq": [[], [[], [1], [2, 3]]],
        "echoStringIntDictSeq": [[], [{}, {"a": 1, "b": 2}]],
        "echoStringIntDict": [{}, {"a": 1, "": -1}],
        "echoStringStringDict": [{}, {"a": "b", "": ""}],
        "echoBoolStringDict": [{}, {True: "yes", False: "no"}],
        "echoByteStringDict": [{}, {0: "zero", 255: "all"}],
        "echoShortStringDict": [{}, {-32768: "least"}],
        "echoIntStringDict": [{}, {-1: "minus one", 1: "one"}],
        "echoLongStringDict": [{}, {2**53 + 1: "odd"}],
        "echoColorPointDict": [{}, {Interop.Color.Red: point, Interop.Color.Violet: other}],
        "echoKeyStringDict": [{}, {key: "value"}],
        "echoStringPointSeqDict": [{}, {"none": [], "two": [point, other]}],
    }
    for operation, values in same.items():
        for value in values:
            assert getattr(echo, operation)(value) == value, (operation, value)
        report(operation)

    inverted = echo.invert(True, 1, -2, 3, 0.5, -0.25, "abc", point, [1, 2, 3])
    assert inverted == ("cba", False, -1, 2, -3, -0.5, 0.25, Interop.Point(-1, 2), [3, 2, 1]), inverted
    report("invert")
    assert echo.swap("text", point) == (point, "text")
    report("swap")
    assert echo.divide(7, 2) == (3, 1)
    report("divide")

    attempt("divide by zero", lambda: echo.divide(1, 0))
    for kind in ["base", "division", "range", "far", "none"]:
        attempt(f"fail {kind}", lambda: echo.fail(kind))
    try:
        echo.fail("range")
    except Interop.OutOfRange as exception:
        assert exception.reason == "as asked" and exception.where == point and exception.limit == 2.5
        assert exception.allowed == [Interop.Color.Green, Interop.Color.Violet]
    for operation in ["failSliced", "failUndeclared", "failUnknown", "failNotExist"]:
        attempt(operation, getattr(echo, operation))

    echo.resetTicks()
    oneway = echo.ice_oneway()
    for _ in range(3):
        oneway.tick()
    assert echo.awaitTicks(3) == 3
    report("oneway")
    echo.sleep(1)
    assert echo.fetch("k") == "value of k"
    second = Interop.EchoPrx.uncheckedCast(echo, "second")
    call = second.describeIdempotent({"user": "alice"})
    assert call == Interop.Call("echo", "", "second", "describeIdempotent", True, {"user": "alice"}), call
    assert echo.describe() == Interop.Call("echo", "", "", "describe", False, {})
    report("describe")


def call_checks(echo):
    """Calls oneway, in batches, with a limit of time and with a context.

    :raises AssertionError: at the first answer that isn't the expected one.
    """
    echo.resetTicks()
    batch = echo.ice_batchOneway()
    for _ in range(5):
        batch.tick()
    batch.ice_flushBatchRequests()
    assert echo.awaitTicks(5) == 5
    report("batch")
    attempt("timeout", lambda: echo.ice_invocationTimeout(50).awaitTicks(1000))
    futures = [echo.awaitTicksAsync(6) for _ in range(20)]
    assert echo.fetch("k") == "value of k" and not any(future.done() for future in futures)
    echo.ice_oneway().tick()
    assert [future.result() for future in futures] == [6] * 20
    report("pending")
    seven = echo.ice_identity(Ice.Identity("7", "echo"))
    call = type(echo).uncheckedCast(seven.ice_context({"a": "1", "": "é"})).describe()
    assert (call.name, call.category, call.context) == ("7", "echo", {"a": "1", "": "é"}), call
    report("category")
    attempt("cast", lambda: type(echo).checkedCast(seven) == seven)
    attempt("cast to another", lambda: type(echo).checkedCast(echo, "second").ice_getFacet())


def graph_checks(graphs, Interop):
    """Sends and gets instances, proxies and optional values.

    :raises AssertionError: at the first answer that isn't the expected one.
    """
    unset = getattr(Ice, "Unset", None)
    old = graphs.ice_getEncodingVersion() == Ice.Encoding_1_0
    assert graphs.echoNode(None) is None
    node = Interop.Node("a", Interop.Node("b"))
    node.next.next = node
    same = graphs.echoNode(node)
    assert (same.name, same.next.name) == ("a", "b") and same.next.next is same
    report("echoNode")
    hare = Interop.Animal("hare", None, 3)
    dog = Interop.Dog("Rex", hare, unset, True)
    age = unset if old else 3

    def check_dog(value):
        assert type(value) is Interop.Dog and value.name == "Rex" and value.loud and value.age is unset, value
        assert type(value.friend) is Interop.Animal and value.friend.name == "hare" and value.friend.age == age, value

    first, copy = graphs.echoAnimal(dog)
    check_dog(first)
    assert copy is first
    report("echoAnimal")
    nothing, first, second = graphs.echoAnimalSeq([None, dog, hare])
    check_dog(first)
    assert nothing is None and first.friend is second
    report("echoAnimalSeq")
    cage = graphs.echoCage(Interop.Cage(dog, dog))
    check_dog(cage.left)
    assert cage.right is cage.left
    report("echoCage")
    check_dog(graphs.echoAny(dog))
    assert graphs.echoAny(Interop.Node("n")).name == "n" and graphs.echoAny(None) is None
    report("echoAny")
    check_dog(graphs.echoAnimalSliced(dog))
    report("echoAnimalSliced")
    assert graphs.echoProxy(graphs) == graphs and graphs.echoProxy(None) is None
    report("echoProxy")
    point = Interop.Point(1, -2)
    for value, where in (unset, unset), (7, unset), (unset, point), (0, point):
        assert graphs.echoOptional(value, where) == ((unset, unset) if old else (value, where)), (value, where)
    report("echoOptional")
    stranger = graphs.stranger()
    assert type(stranger) is Interop.Dog and stranger.name == "grey" and stranger.friend is stranger and stranger.loud
    assert stranger.age == (unset if old else 7)
    report("stranger", returnValue=graphs.unmask(stranger))
    stranger.friend = None
    try:
        graphs.bite(dog)
    except Interop.Bitten as bitten:
        check_dog(bitten.by)
        assert bitten.reason == "as asked" and bitten.where == (unset if old else "leg")
        report("bite")
