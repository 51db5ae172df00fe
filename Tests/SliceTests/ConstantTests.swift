import Slice
import Testing

@Suite struct ConstantTests {
    @Test(
        "values",
        arguments: [
            ("bool c = true", ConstantValue.bool(true)), ("byte c = 0xff", .integer(255)),
            ("short c = -32768", .integer(-32768)), ("int c = 017", .integer(15)), ("int c = +5", .integer(5)),
            ("int c = -0", .integer(0)), ("int c = 08", .integer(0)), ("int c = 0178", .integer(15)),
            ("long c = -9223372036854775808", .integer(.min)), ("long c = 0x7fffffffffffffff", .integer(.max)),
            ("double c = 3", .floating(3)), ("double c = 1.", .floating(1)), ("double c = .5", .floating(0.5)),
            ("double c = -1.5E-3F", .floating(-0.0015)), ("double c = 0e-400", .floating(0)),
            ("float c = 0.1", .floating(Double(Float(0.1)))), ("float c = 16777217", .floating(16_777_216)),
            (#"string c = "a\tb\"\\\x41\101\u20ac\U0001F600""#, .string("a\tb\"\\AA€😀")),
            (#"string c = "\xc3\xa9""#, .string("é")), (#"string c = "\x414""#, .string("A4")),
            (#"string c = "\?\'\a\b\f\n\r\v\0""#, .string("?'\u{7}\u{8}\u{C}\n\r\u{B}\0")),
            (#"string c = "\q""#, .string("\\q")), ("string c = \"\"", .string("")),
            ("string c = \"café\"", .string("café")),
        ])
    func literal(declaration: String, expected: ConstantValue) throws {
        let model = try model("module A { const \(declaration); }")
        #expect(model.constants[ScopedName("::A::c")]?.value == expected)
    }

    @Test("constants name constants") func names() throws {
        let model = try model(
            """
            module A
            {
                enum E { x, y = 7 }
                const int one = 1;
                const E ex = x;
                module B
                {
                    const long two = one;
                    const double three = ::A::one;
                    const float four = A::B::two;
                    const A::E f = ex;
                    const E g = E::y;
                    const E h = A::E::y;
                }
            }
            """)
        let values = model.constants.mapValues(\.value)
        #expect(values[ScopedName("::A::B::two")] == .integer(1))
        #expect(values[ScopedName("::A::B::three")] == .floating(1))
        #expect(values[ScopedName("::A::B::four")] == .floating(1))
        #expect(values[ScopedName("::A::B::f")] == .enumerator("x", 0))
        #expect(values[ScopedName("::A::B::g")] == .enumerator("y", 7))
        #expect(values[ScopedName("::A::B::h")] == .enumerator("y", 7))
    }

    @Test("defaults keep their value and the constant they name") func defaults() throws {
        let model = try model(
            """
            module A
            {
                enum E { x, y }
                const int limit = 10;
                const E best = y;
                struct S { int a = limit; E b = best; E c = x; string d = "z"; float e = 0.1; int f; }
                class C { optional(1) int o = 5; }
            }
            """)
        let members = try #require(model.structs[ScopedName("::A::S")]?.members)
        #expect(
            members.map(\.defaultValue) == [
                .integer(10), .enumerator("y", 1), .enumerator("x", 0), .string("z"), .floating(Double(Float(0.1))),
                nil,
            ])
        #expect(members.map(\.defaultConstant?.text) == ["::A::limit", "::A::best", nil, nil, nil, nil])
        #expect(model.classes[ScopedName("::A::C")]?.members.first?.defaultValue == .integer(5))
    }

    @Test("enumerators count on, and take constants and enumerators") func enumerators() throws {
        let model = try model(
            """
            module A
            {
                const int four = 4;
                enum E { a, b = 3, c, d = 0x10, e = 011 }
                enum F { f = four, g, h = E::d, i = 2147483647 }
            }
            """)
        #expect(model.enums[ScopedName("::A::E")]?.enumerators.map(\.value) == [0, 3, 4, 16, 9])
        #expect(model.enums[ScopedName("::A::F")]?.enumerators.map(\.value) == [4, 5, 16, .max])
    }

    @Test("tags and compact ids by constant and enumerator") func tags() throws {
        let model = try model(
            """
            module A
            {
                const int four = 4;
                enum E { five = 5 }
                class C(four) { optional(four) int a; optional(five) int b; optional(0) int c; }
            }
            """)
        let definition = try #require(model.classes[ScopedName("::A::C")])
        #expect(definition.compactID == 4)
        #expect(definition.members.map(\.tag) == [4, 5, 0])
    }
}
