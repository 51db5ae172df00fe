import Ice
import InteropTypes
import Testing

/// What a generated proxy sends to `::Interop::Echo` comes back.
struct EchoChecks {
    let echo: EchoPrx

    private static let names = ["alice", "", "Zoë 🙂 \0 é", "'\"\\\n"]
    private static let point = Point(x: 1, y: -2)
    private static let other = Point(x: .max, y: .min)
    private static let line = Line(name: "diagonal", first: point, second: other, color: .Violet)
    private static let odd: Int64 = 9_007_199_254_740_993

    /// Calls an operation with each of the values.
    private func same<Value: Equatable>(_ values: [Value], _ operation: (Value) async throws -> Value) async throws {
        for value in values { #expect(try await operation(value) == value) }
    }

    func all() async throws {
        try await scalars()
        try await sequences()
        try await dictionaries()
        try await outParameters()
        try await exceptions()
        try await requests()
    }

    func scalars() async throws {
        try await same([true, false]) { try await echo.echoBool($0) }
        try await same([0, 127, 255]) { try await echo.echoByte($0) }
        try await same([.min, 0, .max]) { try await echo.echoShort($0) }
        try await same([.min, 0, .max]) { try await echo.echoInt($0) }
        try await same([.min, Self.odd, .max]) { try await echo.echoLong($0) }
        try await same([0, -1.5, .greatestFiniteMagnitude, .infinity]) { try await echo.echoFloat($0) }
        try await same([0, 0.1, .leastNonzeroMagnitude, -.infinity]) { try await echo.echoDouble($0) }
        #expect(try await echo.echoDouble(.nan).isNaN)
        try await same(Self.names + [String(repeating: "x", count: 300_000)]) { try await echo.echoString($0) }
        try await same([.Red, .Green, .Blue, .Violet]) { try await echo.echoColor($0) }
        try await same([Self.point, Self.other]) { try await echo.echoPoint($0) }
        try await same([Self.line]) { try await echo.echoLine($0) }
        let everything = Everything(
            aBool: true, aByte: 255, aShort: .min, anInt: .max, aLong: .min, aFloat: 0.5, aDouble: 0.1,
            aString: "text", aColor: .Blue, aPoint: Self.point)
        try await same([everything, Everything()]) { try await echo.echoEverything($0) }
        let settings = Settings(retries: 1, label: "x", color: .Red, ratio: 1.5, verbose: false, limit: 2)
        try await same([settings, Settings()]) { try await echo.echoSettings($0) }
    }

    func sequences() async throws {
        try await same([[], [true, false]]) { try await echo.echoBoolSeq($0) }
        try await same([[], [0, 127, 128, 255], ByteSeq(repeating: 7, count: 300)]) { try await echo.echoByteSeq($0) }
        try await same([[], [-1, 2]]) { try await echo.echoShortSeq($0) }
        try await same([[], IntSeq(0..<300)]) { try await echo.echoIntSeq($0) }
        try await same([[], [-1, Self.odd]]) { try await echo.echoLongSeq($0) }
        try await same([[], [0.5, -2.25]]) { try await echo.echoFloatSeq($0) }
        try await same([[], [0.1, -2e300]]) { try await echo.echoDoubleSeq($0) }
        try await same([[], Self.names]) { try await echo.echoStringSeq($0) }
        try await same([[], [.Violet, .Red]]) { try await echo.echoColorSeq($0) }
        try await same([[], [Self.point, Self.other]]) { try await echo.echoPointSeq($0) }
        try await same([[], [Self.line, Self.line]]) { try await echo.echoLineSeq($0) }
        try await same([[], [[], [1], [2, 3]]]) { try await echo.echoIntSeqSeq($0) }
        try await same([[], [[:], ["a": 1, "b": 2]]]) { try await echo.echoStringIntDictSeq($0) }
    }

    func dictionaries() async throws {
        try await same([[:], ["a": 1, "": -1]]) { try await echo.echoStringIntDict($0) }
        try await same([[:], ["a": "b", "": ""]]) { try await echo.echoStringStringDict($0) }
        try await same([[:], [true: "yes", false: "no"]]) { try await echo.echoBoolStringDict($0) }
        try await same([[:], [0: "zero", 255: "all"]]) { try await echo.echoByteStringDict($0) }
        try await same([[:], [.min: "least"]]) { try await echo.echoShortStringDict($0) }
        try await same([[:], [-1: "minus one", 1: "one"]]) { try await echo.echoIntStringDict($0) }
        try await same([[:], [Self.odd: "odd"]]) { try await echo.echoLongStringDict($0) }
        try await same([[:], [.Red: Self.point, .Violet: Self.other]]) { try await echo.echoColorPointDict($0) }
        try await same([[:], [Key(major: 7, minor: "minor"): "value"]]) { try await echo.echoKeyStringDict($0) }
        try await same([[:], ["none": [], "two": [Self.point, Self.other]]]) {
            try await echo.echoStringPointSeqDict($0)
        }
    }

    func outParameters() async throws {
        let inverted = try await echo.invert(
            aBool: true, aShort: 1, anInt: -2, aLong: 3, aFloat: 0.5, aDouble: -0.25, aString: "abc",
            aPoint: Self.point, numbers: [1, 2, 3])
        #expect(inverted.returnValue == "cba" && !inverted.bBool && inverted.bShort == -1 && inverted.bInt == 2)
        #expect(inverted.bLong == -3 && inverted.bFloat == -0.5 && inverted.bDouble == 0.25)
        #expect(inverted.bPoint == Point(x: -1, y: 2) && inverted.reversed == [3, 2, 1])
        #expect(try await echo.swap(first: "text", second: Self.point) == (Self.point, "text"))
        #expect(try await echo.divide(dividend: 7, divisor: 2) == (3, 1))
    }

    func exceptions() async throws {
        let division = await #expect(throws: DivisionByZero.self) {
            _ = try await echo.divide(dividend: 5, divisor: 0)
        }
        #expect(division?.reason == "division by zero" && division?.dividend == 5)
        for kind in Kind.allCases {
            var caught: InteropError?
            do {
                try await echo.fail(kind.rawValue)
            } catch let error as InteropError { caught = error }
            let name = [
                "base": "InteropError", "division": "DivisionByZero", "range": "OutOfRange", "far": "FarOutOfRange",
            ]
            #expect(caught?.ice_id() == name[kind.rawValue].map { "::Interop::\($0)" })
            #expect(caught == nil || caught?.reason == "as asked")
            if let range = caught as? OutOfRange {
                #expect(range.where == (kind == .far ? Point(x: 3, y: -4) : Point(x: 1, y: -2)))
                #expect(range.allowed == [.Green, .Violet] && range.limit == (kind == .far ? 0.1 : 2.5))
            }
        }
        let sliced = await #expect(throws: InteropError.self) { try await echo.failSliced() }
        #expect(sliced?.reason == "known part" && sliced?.ice_id() == "::Interop::InteropError")
        try await expect(.unknownUser) { try await echo.failUndeclared() }
        try await expect(.unknown) { try await echo.failUnknown() }
        try await expect(.objectNotExist) { try await echo.failNotExist() }
    }

    private func expect(_ code: LocalException.Code, _ body: () async throws -> Void) async throws {
        do {
            try await body()
            Issue.record("no \(code)")
        } catch let error as LocalException { #expect(error.code == code) }
    }

    func requests() async throws {
        let second = try #require(try await checkedCast(prx: echo, type: EchoPrx.self, facet: "second"))
        #expect(
            try await second.describeIdempotent(context: ["user": "alice"])
                == Call(
                    name: "echo", category: "", facet: "second", operation: "describeIdempotent", isIdempotent: true,
                    context: ["user": "alice"]))
        let seven = echo.ice_identity(Identity(name: "7", category: "echo")).ice_context(["é": "1"])
        #expect(
            try await seven.describe()
                == Call(
                    name: "7", category: "echo", facet: "", operation: "describe", isIdempotent: false,
                    context: ["é": "1"]))
        try await echo.resetTicks()
        try await echo.ice_oneway().tick()
        let batch = echo.ice_batchOneway()
        for _ in 0..<4 { try await batch.tick() }
        try await batch.ice_flushBatchRequests()
        #expect(try await echo.awaitTicks(5) == 5)
        try await expect(.twowayOnly) { _ = try await echo.ice_oneway().fetch("k") }
        try await expect(.invocationTimeout) { _ = try await echo.ice_invocationTimeout(50).awaitTicks(1000) }
        let pending = try (0..<3).map { _ in try echo.awaitTicksAsync(6) }
        #expect(try await echo.fetch("k") == "value of k")
        #expect(pending.allSatisfy { !$0.isDone })
        try await echo.ice_oneway().tick()
        for future in pending { #expect(try await future.value == 6) }
        #expect(try await echo.ice_ids() == EchoTraits.staticIds)
        #expect(try await checkedCast(prx: echo, type: GraphsPrx.self) == nil)
    }
}
