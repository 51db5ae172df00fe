/// The options of one endpoint, each taken at most once.
struct EndpointOptions {
    private var options: [(name: String, argument: String?)] = []
    private let text: String

    init(_ words: [String], of text: String) throws(ParseError) {
        self.text = text
        var index = 0
        while index < words.count {
            let name = words[index]
            guard name.hasPrefix("-"), name.utf8.count > 1 else { throw error("unexpected \(name)") }
            index += 1
            var argument: String?
            if index < words.count, !words[index].hasPrefix("-") {
                argument = words[index]
                index += 1
            }
            guard !options.contains(where: { $0.name == name }) else { throw error("\(name) stands twice") }
            // No transport has half as many; the look through those before stays short.
            guard options.count < 16 else { throw error("too many options") }
            options.append((name, argument))
        }
    }

    mutating func take(_ name: String) throws(ParseError) -> String? {
        guard let index = options.firstIndex(where: { $0.name == name }) else { return nil }
        guard let argument = options.remove(at: index).argument else { throw error("\(name) needs an argument") }
        return argument
    }

    mutating func required(_ name: String) throws(ParseError) -> String {
        guard let argument = try take(name) else { throw error("\(name) is missing") }
        return argument
    }

    mutating func takeFlag(_ name: String) throws(ParseError) -> Bool {
        guard let index = options.firstIndex(where: { $0.name == name }) else { return false }
        guard options.remove(at: index).argument == nil else { throw error("\(name) takes no argument") }
        return true
    }

    func finish() throws(ParseError) {
        if let option = options.first { throw error("unknown option \(option.name)") }
    }

    func error(_ problem: String) -> ParseError { ParseError("\(problem) in endpoint '\(text)'") }
}
