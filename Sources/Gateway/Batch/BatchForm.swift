import SliceJSON

/// How a request's body holds the arguments of several calls.
enum BatchForm {
    /// One JSON array of argument objects.
    case array
    /// One argument object a line; blank lines are nothing.
    case lines
    /// One argument object that is a batch of its own.
    case single

    /// Nil for the body of one call, which at some routes is an array itself.
    init?(_ request: HTTPRequest, _ route: Route) {
        guard route.binding.bodyParameter == nil, route.binding.rawBodyParameter == nil, request.method != .get,
            request.method != .head
        else { return nil }
        if MediaType.isLines(request.headers.contentType) {
            self = .lines
        } else if request.body.first(where: { $0 > 0x20 }) == UInt8(ascii: "[") {
            self = .array
        } else {
            return nil
        }
    }

    /// Calls the closure with each element's text and where it begins, in bytes.
    func forEach(
        _ body: UnsafeRawBufferPointer, _ plan: OperationPlan,
        _ visit: (UnsafeRawBufferPointer, Int) throws(Refusal) -> Void
    ) throws(Refusal) {
        switch self {
        case .single: try visit(body, 0)
        case .array: try forEachOfArray(body, plan, visit)
        case .lines:
            for line in body.split(separator: UInt8(ascii: "\n")) where !line.allSatisfy(Self.isBlank) {
                try visit(UnsafeRawBufferPointer(rebasing: line), line.startIndex)
            }
        }
    }

    private func forEachOfArray(
        _ body: UnsafeRawBufferPointer, _ plan: OperationPlan,
        _ visit: (UnsafeRawBufferPointer, Int) throws(Refusal) -> Void
    ) throws(Refusal) {
        func read<Value>(_ body: () throws(JSONError) -> Value) throws(Refusal) -> Value {
            do { return try body() } catch { throw .json(error) }
        }
        var elements = try read { () throws(JSONError) in try JSONElements(body, of: plan) }
        while let element = try read({ () throws(JSONError) in try elements.next() }) {
            try visit(element, Self.offset(of: element, in: body))
        }
    }

    private static func offset(of part: UnsafeRawBufferPointer, in body: UnsafeRawBufferPointer) -> Int {
        guard let base = body.baseAddress, let start = part.baseAddress else { return 0 }
        return start - base
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
}
