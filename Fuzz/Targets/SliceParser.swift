import OpenAPI
import Slice
import SliceJSON

/// Three files in memory; no `#include` reaches the machine's.
private struct Files: SourceReader {
    static let names = ["main.ice", "a.ice", "b.ice"]
    let contents: [[UInt8]]

    func read(_ path: String) -> [UInt8]? { zip(Self.names, contents).first { $0.0 == path }?.1 }
}

/// NUL bytes separate the files. Any text makes a model or an error, and of any model plans and a document can be made.
func parseSlice(_ input: UnsafeRawBufferPointer) {
    let contents = input.split(separator: 0, maxSplits: Files.names.count - 1, omittingEmptySubsequences: false)
    let compiler = SliceCompiler(
        options: SliceCompiler.Options(defines: [(name: "__FUZZ__", value: "1")]),
        reader: Files(contents: contents.map { Array($0) }))
    let compilation = compiler.compile(["main.ice"])
    promise(compilation.files.allSatisfy { Files.names.contains($0) }, "read \(compilation.files)")
    promise(
        (compilation.model == nil) == compilation.diagnostics.contains { $0.severity == .error },
        "a model beside an error, or neither")
    for diagnostic in compilation.diagnostics {
        let location = diagnostic.location
        promise(location.line >= 1 && location.column >= 1 && diagnostic.length >= 1, "\(location)")
        promise(!diagnostic.description.isEmpty, "\(location): nothing to say")
    }
    guard let model = compilation.model else { return }

    var routes: [OpenAPIRoute] = []
    for (name, interface) in model.interfaces {
        for operation in interface.operations {
            let plan = OperationPlan.compile(operation, model: model)
            routes.append(
                OpenAPIRoute(
                    method: "POST", path: "/\(routes.count)", service: "service", interface: name,
                    operation: operation, unsupportedReason: plan.unsupported))
        }
    }
    let document = OpenAPIDocument.make(
        info: OpenAPIInfo(title: "fuzz", version: "1"), routes: routes, model: model, options: OpenAPIOptions())
    let verdict = JanssonVerdict(Array(document.json().utf8))
    promise(verdict == .object || verdict == .undecided, "the document is no JSON: \(verdict)")
}
