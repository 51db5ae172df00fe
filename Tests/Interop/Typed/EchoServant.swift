import Ice
import InteropTypes
import PeerOnlyTypes

/// `::Interop::Echo` as a program of this runtime would have it: everything comes back as generated code read it.
final class EchoServant: Echo {
    struct NotOfIce: Error {}

    let ticks = Ticks()
    /// The connections of the calls that wait for ticks.
    let waiting = Notes<Connection?>()

    func echoBool(value: Bool, current: Current) async throws -> Bool { value }
    func echoByte(value: UInt8, current: Current) async throws -> UInt8 { value }
    func echoShort(value: Int16, current: Current) async throws -> Int16 { value }
    func echoInt(value: Int32, current: Current) async throws -> Int32 { value }
    func echoLong(value: Int64, current: Current) async throws -> Int64 { value }
    func echoFloat(value: Float, current: Current) async throws -> Float { value }
    func echoDouble(value: Double, current: Current) async throws -> Double { value }
    func echoString(value: String, current: Current) async throws -> String { value }
    func echoColor(value: Color, current: Current) async throws -> Color { value }
    func echoPoint(value: Point, current: Current) async throws -> Point { value }
    func echoLine(value: Line, current: Current) async throws -> Line { value }
    func echoEverything(value: Everything, current: Current) async throws -> Everything { value }
    func echoSettings(value: Settings, current: Current) async throws -> Settings { value }
    func echoBoolSeq(value: BoolSeq, current: Current) async throws -> BoolSeq { value }
    func echoByteSeq(value: ByteSeq, current: Current) async throws -> ByteSeq { value }
    func echoShortSeq(value: ShortSeq, current: Current) async throws -> ShortSeq { value }
    func echoIntSeq(value: IntSeq, current: Current) async throws -> IntSeq { value }
    func echoLongSeq(value: LongSeq, current: Current) async throws -> LongSeq { value }
    func echoFloatSeq(value: FloatSeq, current: Current) async throws -> FloatSeq { value }
    func echoDoubleSeq(value: DoubleSeq, current: Current) async throws -> DoubleSeq { value }
    func echoStringSeq(value: StringSeq, current: Current) async throws -> StringSeq { value }
    func echoColorSeq(value: ColorSeq, current: Current) async throws -> ColorSeq { value }
    func echoPointSeq(value: PointSeq, current: Current) async throws -> PointSeq { value }
    func echoLineSeq(value: LineSeq, current: Current) async throws -> LineSeq { value }
    func echoIntSeqSeq(value: IntSeqSeq, current: Current) async throws -> IntSeqSeq { value }
    func echoStringIntDictSeq(value: StringIntDictSeq, current: Current) async throws -> StringIntDictSeq { value }
    func echoStringIntDict(value: StringIntDict, current: Current) async throws -> StringIntDict { value }
    func echoStringStringDict(value: StringStringDict, current: Current) async throws -> StringStringDict { value }
    func echoBoolStringDict(value: BoolStringDict, current: Current) async throws -> BoolStringDict { value }
    func echoByteStringDict(value: ByteStringDict, current: Current) async throws -> ByteStringDict { value }
    func echoShortStringDict(value: ShortStringDict, current: Current) async throws -> ShortStringDict { value }
    func echoIntStringDict(value: IntStringDict, current: Current) async throws -> IntStringDict { value }
    func echoLongStringDict(value: LongStringDict, current: Current) async throws -> LongStringDict { value }
    func echoColorPointDict(value: ColorPointDict, current: Current) async throws -> ColorPointDict { value }
    func echoKeyStringDict(value: KeyStringDict, current: Current) async throws -> KeyStringDict { value }
    func echoStringPointSeqDict(
        value: StringPointSeqDict, current: Current
    ) async throws -> StringPointSeqDict { value }

    func invert(
        aBool: Bool, aShort: Int16, anInt: Int32, aLong: Int64, aFloat: Float, aDouble: Double, aString: String,
        aPoint: Point, numbers: IntSeq, current: Current
    ) async throws -> (
        returnValue: String, bBool: Bool, bShort: Int16, bInt: Int32, bLong: Int64, bFloat: Float, bDouble: Double,
        bPoint: Point, reversed: IntSeq
    ) {
        (
            String(aString.reversed()), !aBool, -aShort, -anInt, -aLong, -aFloat, -aDouble,
            Point(x: -aPoint.x, y: -aPoint.y), numbers.reversed()
        )
    }

    func swap(first: String, second: Point, current: Current) async throws -> (a: Point, b: String) { (second, first) }

    func divide(
        dividend: Int32, divisor: Int32, current: Current
    ) async throws -> (returnValue: Int32, remainder: Int32) {
        guard divisor != 0 else { throw DivisionByZero(reason: "division by zero", dividend: dividend) }
        return (dividend / divisor, dividend % divisor)
    }

    func fail(kind: String, current: Current) async throws {
        let allowed: ColorSeq = [.Green, .Violet]
        switch Kind(rawValue: kind) {
        case .base: throw InteropError(reason: "as asked")
        case .division: throw DivisionByZero(reason: "as asked", dividend: -7)
        case .range:
            throw OutOfRange(reason: "as asked", where: Point(x: 1, y: -2), allowed: allowed, limit: 2.5)
        case .far:
            throw FarOutOfRange(reason: "as asked", where: Point(x: 3, y: -4), allowed: allowed, limit: 0.1)
        default: break
        }
    }

    func failSliced(current: Current) async throws { throw Secret(reason: "known part", hidden: "unknown part") }
    func failUndeclared(current: Current) async throws { throw Undeclared(code: 42) }
    func failUnknown(current: Current) async throws { throw NotOfIce() }
    func failNotExist(current: Current) async throws { throw LocalException(.objectNotExist, "") }

    func tick(current: Current) async throws { ticks.tick() }

    func awaitTicks(count: Int32, current: Current) async throws -> Int32 {
        await ticks.wait(for: count) { waiting.add(current.con) }
    }

    func resetTicks(current: Current) async throws { ticks.reset() }

    /// Answers in a later turn. Clients of this servant wait for the answer only; time-outs are tested with real servers.
    func sleep(milliseconds: Int32, current: Current) async throws { await Task.yield() }

    func fetch(key: String, current: Current) async throws -> String { "value of \(key)" }

    func describe(current: Current) async throws -> Call {
        Call(
            name: current.id.name, category: current.id.category, facet: current.facet, operation: current.operation,
            isIdempotent: current.mode == .idempotent, context: current.ctx)
    }

    func describeIdempotent(current: Current) async throws -> Call { try await describe(current: current) }
}
