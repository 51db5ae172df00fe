import IceEncoding
import Slice
import SliceJSON
import Testing

@Suite("Exception slices that Slice doesn't know")
struct ExceptionSliceTests {
    private func plan() throws -> OperationPlan {
        let model = try compile(
            "module M { exception E { int code; } interface Test { void f() throws E; } }")
        return OperationPlan.compile(try model.operation("f"), model: model)
    }

    /// `::M::X`, with one class member and a table of one instance, then `::M::E` with code 7.
    private static let unknown = "18 06 3a3a4d3a3a58 05000000 01"
    private static let table = "01 01 31 03 3a3a43 08000000 05000000"
    private static let known = "30 06 3a3a4d3a3a45 08000000 07000000"

    @Test("One with class members is skipped with its table")
    func table() throws {
        let payload = try bytes("\(Self.unknown) \(Self.table) \(Self.known)")
        let found = try plan().decodeException(payload)
        #expect(found.outcome == .declared(typeID: "::M::E", ancestors: []))
        #expect(found.text == #"{"@type":"::M::E","code":7}"#)
    }

    @Test("A table that is none, or is cut, makes the reply unreadable")
    func badTable() throws {
        let plan = try plan()
        for table in ["00", "01 00", "01 01 21 03 3a3a43 05000000"] {
            #expect(throws: MarshalError.self, "\(table)") {
                try plan.decodeException(try bytes("\(Self.unknown) \(table) \(Self.known)"))
            }
        }
        let payload = try bytes("\(Self.unknown) \(Self.table) \(Self.known)")
        for count in 0..<payload.count {
            #expect(throws: MarshalError.self, "\(count)") { try plan.decodeException(Array(payload.prefix(count))) }
        }
    }
}
