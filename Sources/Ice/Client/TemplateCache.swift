import IceEncoding
import Synchronization

/// The templates of requests made before with one proxy and its own context, by operation.
final class TemplateCache: Sendable {
    /// Whoever invents operation names shall not fill the memory.
    private static let capacity = 64

    private let templates = Mutex<[String: RequestTemplate]>([:])

    func template(
        _ operation: String, _ mode: OperationMode, make: () -> RequestTemplate
    ) -> RequestTemplate {
        // Equal strings may have different bytes.
        if let known = templates.withLock({ $0[operation] }), known.mode == mode,
            known.operation.utf8.elementsEqual(operation.utf8)
        {
            return known
        }
        let template = make()
        templates.withLock { templates in
            if templates.count < Self.capacity { templates[operation] = template }
        }
        return template
    }
}
