import IceEncoding
import Slice
import SliceJSON
import Testing

/// What the plans take from the Slice model beside names and types.
@Suite("Slice that says how instances are written")
struct ModelTests {
    private struct Files: SourceReader {
        var texts: [String: String]

        func read(_ path: String) -> [UInt8]? { texts[path].map { Array($0.utf8) } }
    }

    private let files = [
        "Shapes.ice": """
        #pragma once
        module M {
            class Shape;
            interface Drawing;
            const int start = 7;
            struct Frame { int width = start; Shape shape; Drawing* owner; }
        }
        """,
        "Drawing.ice": """
        #include "Shapes.ice"
        module M {
            class Shape(start) { string name = "none"; Object any; optional(start) int z; }
            class Circle extends Shape { double radius = 1; }
            ["format:sliced"] interface Drawing {
                void frame(Frame v);
                ["format:compact"] void compact(Shape v);
                ["format:default"] void standard(Shape v);
                void sliced(Shape v);
            }
            interface Loose { void plain(Shape v); }
        }
        """,
    ]

    private func model() throws -> SliceModel {
        let compilation = SliceCompiler(reader: Files(texts: files)).compile(["Drawing.ice"])
        return try #require(compilation.model, "\(compilation.diagnostics)")
    }

    @Test("A class declared in one file and defined in another, a constant as default, compact ID and tag")
    func acrossFiles() throws {
        let harness = TypeHarness(try model().operation("frame"), try model())
        let json =
            #"{"width":7,"shape":{"@type":"::M::Circle","name":"none","any":null,"z":3,"radius":1.0},"owner":null}"#
        let payload = try harness.encode(value: #"{"shape":{"@type":"::M::Circle","any":null,"z":3},"owner":null}"#)
        #expect(try harness.decode(value: payload) == json)
        #expect(hex(payload).contains("3707"), "compact ID 7, last, sized, with optional members")
        #expect(hex(payload).contains("3a03000000ff"), "tag 7")
    }

    @Test("The format is the operation's, else the interface's, else the configuration's")
    func formats() throws {
        let model = try model()
        for (operation, isConfigured, isSliced) in [
            ("compact", true, false), ("standard", false, false), ("standard", true, true), ("sliced", false, true),
            ("frame", false, true), ("plain", false, false), ("plain", true, true),
        ] {
            var options = JSONOptions()
            options.writesSliced = isConfigured
            let harness = TypeHarness(try model.operation(operation), model, options: options)
            let shape = #"{"@type":"::M::Shape","any":null}"#
            let value = operation == "frame" ? #"{"shape":\#(shape),"owner":null}"# : shape
            let payload = try harness.encode(value: value)
            let text = hex(payload)
            #expect(text.contains(isSliced ? "013307" : "012307"), "\(operation) \(isConfigured): \(text)")
        }
    }

    @Test("The spellings of Ice 3.7: Object and LocalObject, local definitions")
    func spellings() throws {
        let model = try compile(
            """
            module M {
                local interface Current { LocalObject adapter(); }
                class A { int i; }
                interface Other { void g(); }
                interface Test { void f(Object v); Object h(Other* o); }
            }
            """)
        let harness = TypeHarness(try model.operation("f"), model)
        let json = #"{"@type":"::M::A","i":1}"#
        #expect(try harness.decode(value: try harness.encode(value: json)) == json)
        // An interface without `*` is an instance with its type ID and nothing in it.
        let value = TypeHarness(
            try model.operation("f"), model)
        let byValue = try bytes("01 21 0a 3a3a4d3a3a4f74686572")
        #expect(try value.decode(value: byValue) == #"{"@type":"::M::Other"}"#)
        #expect(try value.encode(value: #"{"@type":"::M::Other"}"#) == byValue)
        let plans = PlanLibrary(model: model, proxies: PlainProxies())
        #expect(plans[try model.operation("h")]?.unsupported == nil)
        // What is local has no plan that could be called.
        #expect(
            plans[try model.operation("adapter")]?.unsupported == nil
                || model.interfaces[ScopedName("::M::Current")]?.isLocal == true)
    }
}
