package import Ice

/// The target of a call.
package enum CallProxy {
    /// - Throws: ``CallFailure`` that says what a proxy looks like.
    package static func parse(_ text: String, _ communicator: Communicator) throws(CallFailure) -> ObjectPrx {
        do {
            if let proxy = try communicator.makeProxy(text) { return proxy }
        } catch {
            throw CallFailure(
                error.message + pointer(to: error.message, in: text),
                hint: "a proxy is written as 'greeter:tcp -h localhost -p 4061', in one pair of quotes")
        }
        throw CallFailure("the proxy is empty", hint: "as 'greeter:tcp -h localhost -p 4061'")
    }

    /// The proxy with a caret below what the message quotes first; empty when it quotes nothing of it.
    private static func pointer(to message: String, in text: String) -> String {
        guard let open = message.firstIndex(of: "'") else { return "" }
        let rest = message[message.index(after: open)...]
        guard let close = rest.firstIndex(of: "'"), rest.startIndex < close, !text.contains("\n"),
            let range = text.firstRange(of: rest[..<close]), range != text.startIndex..<text.endIndex
        else { return "" }
        let blank = String(repeating: " ", count: text.distance(from: text.startIndex, to: range.lowerBound))
        let more = String(repeating: "~", count: text.distance(from: range.lowerBound, to: range.upperBound) - 1)
        return "\n    \(text)\n    \(blank)^\(more)"
    }
}

/// `--context key=value`.
package enum ContextEntries {
    /// - Throws: ``CallFailure`` for one without `=` or key.
    package static func parse(_ texts: [String]) throws(CallFailure) -> [String: String] {
        var entries: [String: String] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw CallFailure("--context '\(text)' is not KEY=VALUE", hint: "as --context locale=de")
            }
            entries[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return entries
    }
}
