import IceEncoding
import Testing

@Suite("Skipping indirection tables")
struct IndirectionTableTests {
    /// One instance of class `C`, which has an `int`, in one slice that is the last.
    private static let instance: [UInt8] = [1, 0x31, 3, 0x3A, 0x3A, 0x43, 8, 0, 0, 0, 7, 0, 0, 0]

    /// Skips a table with two bytes behind it; returns where the cursor is then.
    private func skip(_ table: [UInt8]) throws -> Int {
        try (table + [0xEE, 0xEE]).withUnsafeBytes { bytes in
            var cursor = InputCursor(bytes)
            try cursor.skipIndirectionTable()
            return cursor.offset
        }
    }

    /// Instances in the tables of instances.
    private func nested(_ depth: Int) -> [UInt8] {
        var table: [UInt8] = [1, 2]
        for _ in 1..<depth { table = [1, 1, 0x3B, 5, 4, 0, 0, 0] + table }
        return table
    }

    @Test("The cursor stands behind instances, references and the tables of instances")
    func skips() throws {
        var derived = Self.instance
        derived[1] = 0x11
        let base: [UInt8] = [0x32, 2, 4, 0, 0, 0]
        for table in [
            [1] + Self.instance, [2, 2, 5], [2] + Self.instance + [2], [1] + derived + base, [1, 0xFF, 2, 0, 0, 0],
            nested(2), nested(100),
        ] {
            #expect(try skip(table) == table.count, "\(table)")
        }
    }

    @Test("Empty tables, nil, compact slices, sizes below 4 and nesting beyond 100 are refused")
    func refused() {
        var compact = Self.instance
        compact[1] = 0x21
        var small = Self.instance
        small[6] = 3
        var negative = Self.instance
        negative[9] = 0x80
        for (table, code) in [
            ([0], MarshalError.Code.malformed), ([1, 0], .malformed), ([1] + compact, .malformed),
            ([1] + small, .badSize), ([1] + negative, .badSize), (nested(101), .malformed), (nested(5000), .malformed),
            ([200], .badSize), ([0xFF, 0xFF, 0xFF, 0xFF, 0x7F], .badSize), ([0xFF, 0, 0, 0, 0x80], .badSize),
        ] as [([UInt8], MarshalError.Code)] {
            #expect {
                try skip(table)
            } throws: { error in
                (error as? MarshalError)?.code == code
            }
        }
    }

    @Test("A table cut anywhere is refused")
    func cut() {
        let table = [3] + Self.instance + [1, 0x3B, 5, 4, 0, 0, 0, 1] + Self.instance + [2]
        for count in 0..<table.count {
            #expect(throws: MarshalError.self, "\(count)") {
                try table.prefix(count).withUnsafeBytes { bytes in
                    var cursor = InputCursor(bytes)
                    try cursor.skipIndirectionTable()
                }
            }
        }
    }
}
