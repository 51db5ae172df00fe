import Slice

/// What an operation's metadata say of HTTP: `["http:get:/v1/employees/{number}", "http:status:201"]`.
struct RouteMetadata {
    struct Directive {
        var method: HTTPRequest.Method
        var path: String
        var location: SourceLocation
    }

    struct Fault: Error {
        var message: String
        var location: SourceLocation
    }

    private(set) var routes: [Directive] = []
    /// Of ``routes``, without path variables.
    private(set) var binding = RouteBinding()

    /// Of the route that every operation has. It takes its arguments as an object where there are others for who wants it
    /// another way.
    var plainBinding: RouteBinding {
        guard !routes.isEmpty else { return binding }
        var plain = RouteBinding()
        plain.successStatus = binding.successStatus
        return plain
    }

    static func isHidden(_ operation: Operation) -> Bool {
        operation.info.metadata.contains { $0.text == "http:hidden" }
    }

    init(_ operation: Operation) throws(Fault) {
        for item in operation.info.metadata where item.text.hasPrefix("http:") {
            let parts = item.text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            let argument = parts.count > 2 ? parts[2] : ""
            func fault(_ message: String) -> Fault {
                Fault(message: "\"\(item.text)\": \(message)", location: item.location)
            }
            switch parts[safe: 1] ?? "" {
            case "get", "put", "post", "patch", "delete":
                guard let method = HTTPRequest.Method(route: parts[safe: 1] ?? "") else { continue }
                guard argument.hasPrefix("/") else { throw fault("a path that starts with / must follow") }
                routes.append(Directive(method: method, path: argument, location: item.location))
            case "status":
                guard let status = Int(argument), (200...299).contains(status) else {
                    throw fault("the success status of an operation is 200 to 299")
                }
                binding.successStatus = status
            case "body": binding.bodyParameter = argument
            case "raw-body": binding.rawBodyParameter = argument
            case "response-body": binding.responseBody = argument
            case "hidden", "json": break
            default:
                throw fault(
                    "operations have http:get, put, post, patch, delete, status, body, raw-body, response-body, json and hidden; a route is \"http:get:/v1/employees/{number}\""
                )
            }
        }
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
