import IceEncoding
import Slice
import SliceJSON
import Testing

/// The arguments of one operation `f` from path, query and body.
struct BindingHarness {
    let plan: OperationPlan
    let binding: ArgumentBinding

    /// - Parameter parameters: as written in Slice, in a module that has these definitions.
    init(
        _ parameters: String, definitions: String = "", path: [String] = [], fixed: [String: String] = [:],
        body: ArgumentBinding.Body = .none, options: JSONOptions = JSONOptions()
    ) throws {
        let model = try compile("module M { \(definitions) interface Test { void f(\(parameters)); } }")
        let operation = try model.operation("f")
        plan = OperationPlan.compile(operation, model: model, options: options, proxies: PlainProxies())
        binding = try ArgumentBinding(
            operation, model: model, plan: plan, pathVariables: path, fixed: fixed, body: body)
    }

    /// The arguments' bytes.
    func encode(
        path: [String] = [], _ query: String? = nil, body: String = ""
    ) throws(JSONError) -> [UInt8] {
        try encode(path: path, query.map { Array($0.utf8) }, body: Array(body.utf8))
    }

    func encode(path: [String] = [], _ query: [UInt8]?, body: [UInt8] = []) throws(JSONError) -> [UInt8] {
        var out = OutputBuffer(minimumCapacity: 16)
        // Blocks of their own size: reading behind them is found by a memory checker.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: body.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: body)
        let text = UnsafeMutableRawBufferPointer.allocate(byteCount: query?.count ?? 0, alignment: 1)
        defer { text.deallocate() }
        text.copyBytes(from: query ?? [])
        do throws(JSONError) {
            try binding.encode(
                path: path, query: query == nil ? nil : UnsafeRawBufferPointer(text),
                body: UnsafeRawBufferPointer(memory), encoding: .v1_1, into: &out)
        } catch {
            #expect(out.count == 0, "the buffer changed though the request was refused")
            throw error
        }
        return Array(out.bytes)
    }

    /// The arguments as JSON, for comparison; the error when they are refused.
    func arguments(path: [String] = [], _ query: String? = nil, body: String = "") throws -> String {
        try plan.decodeArguments(try encode(path: path, query, body: body))
    }

    /// The error that arguments make; the test fails when there is none.
    func error(
        path: [String] = [], _ query: String? = nil, body: String = "",
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws -> JSONError {
        do throws(JSONError) {
            let bytes = try encode(path: path, query, body: body)
            Issue.record("\(query ?? "") \(body) was taken as \(bytes)", sourceLocation: sourceLocation)
            return JSONError(.malformed, message: "no error")
        } catch {
            return error
        }
    }
}
