package import Gateway
package import Slice

/// Slice files, compiled, with all there is to say about them.
package enum SliceLoading {
    package struct Result: Sendable {
        /// Nil when there was an error.
        package var model: SliceModel?
        package var report = ConfigurationReport([])
    }

    package static func load(_ sources: GatewayConfiguration.SliceSources) -> Result {
        let (files, missing) = SliceFiles.expand(sources.files)
        var result = Result()
        result.report.add(missing.map { ConfigurationError(source: $0.path, message: $0.reason, hint: $0.hint) })
        let (options, error) = SliceCompiler.Options.parse(sources)
        if let error { result.report.add([error]) }
        guard result.report.isEmpty else { return result }
        let compilation = SliceCompiler(options: options).compile(files)
        result.model = compilation.model
        result.report.add(compilation.diagnostics, include: sources.include)
        return result
    }
}
