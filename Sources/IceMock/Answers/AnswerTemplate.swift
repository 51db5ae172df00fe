import Ice
import SliceJSON

/// A JSON value with places for what a call brings: `"Hello, ${name}!"`, `"${item.price}"`, `"${@identity}"`.
///
/// A string that is one place and nothing else becomes the value itself, of whatever kind it is. `$${` is a plain `${`.
indirect enum AnswerTemplate: Sendable {
    case literal(JSONValue)
    case place([String])
    case text([Piece])
    case array([AnswerTemplate])
    case object([(name: String, value: AnswerTemplate)])

    enum Piece: Sendable {
        case literal(String)
        case place([String])
    }

    /// What may stand in a place besides parameters.
    static let callPlaces = ["@identity", "@facet", "@operation", "@interface", "@count", "@context", "@endpoints"]

    /// - Parameters:
    ///   - parameters: the names of the in-parameters.
    ///   - problem: is told what is wrong, and at which offset.
    init(_ tree: JSONTree, parameters: [String], _ problem: (String, Int) -> Void) {
        switch tree.kind {
        case .string(let text):
            let pieces = Self.pieces(text) { reason in problem(reason, tree.offset) }
            for case .place(let path) in pieces {
                let name = path.first ?? ""
                guard !parameters.contains(name), !Self.callPlaces.contains(name) else { continue }
                let known = parameters.isEmpty ? "it has none" : "it has \(parameters.joined(separator: ", "))"
                problem("the operation has no parameter '\(name)'; \(known)", tree.offset)
            }
            switch (pieces.count, pieces.first) {
            case (0, _): self = .literal(.string(""))
            case (1, .literal(let text)?): self = .literal(.string(text))
            case (1, .place(let path)?): self = .place(path)
            default: self = .text(pieces)
            }
        case .array(let elements):
            self = .array(elements.map { AnswerTemplate($0, parameters: parameters, problem) })
        case .object(let members):
            self = .object(
                members.map { ($0.name, AnswerTemplate($0.value, parameters: parameters, problem)) })
        default: self = .literal(JSONValue(tree))
        }
    }

    /// An object of these members.
    init(_ members: [JSONTree.Member], parameters: [String], _ problem: (String, Int) -> Void) {
        self = .object(members.map { ($0.name, AnswerTemplate($0.value, parameters: parameters, problem)) })
    }

    /// Byte by byte: to tell where characters end takes long in some texts.
    private static func pieces(_ text: String, _ problem: (String) -> Void) -> [Piece] {
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if rest.starts(with: "$${".utf8) {
                literal += "${".utf8
                rest = rest.dropFirst(3)
            } else if rest.starts(with: "${".utf8) {
                guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else {
                    problem("'${' without '}'; '$${' is a plain '${'")
                    return pieces
                }
                let path = rest[..<close].dropFirst(2)
                    .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                    .map { String(decoding: $0, as: UTF8.self) }
                if path.contains("") { problem("'${…}' names nothing; it is as '${name}' or '${item.price}'") }
                if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
                literal = []
                pieces.append(.place(path))
                rest = rest[(close + 1)...]
            } else {
                literal.append(byte)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
        return pieces
    }
}

extension AnswerTemplate {
    // MARK: Filling in

    /// The value for a call.
    func value(_ look: ([String]) -> JSONValue?) -> JSONValue {
        switch self {
        case .literal(let value): value
        case .place(let path): look(path) ?? .null
        case .text(let pieces): .string(pieces.map { Self.text($0, look) }.joined())
        case .array(let elements): .array(elements.map { $0.value(look) })
        case .object(let members): .object(members.map { JSONValue.Member($0.name, $0.value.value(look)) })
        }
    }

    private static func text(_ piece: Piece, _ look: ([String]) -> JSONValue?) -> String {
        switch piece {
        case .literal(let text): text
        case .place(let path):
            switch look(path) {
            case nil, .null?: ""
            case .string(let text)?: text
            case let value?: "\(value)"
            }
        }
    }

    /// The JSON Pointers of what is not known before the call: strings made of pieces, and values that the example says
    /// nothing about.
    func unknownPlaces(_ look: ([String]) -> JSONValue?, _ pointer: String = "") -> [String] {
        switch self {
        case .literal: []
        case .text: [pointer]
        case .place(let path):
            switch look(path) {
            case nil, .null?, .string?: [pointer]
            default: []
            }
        case .array(let elements): elements.enumerated().flatMap { $1.unknownPlaces(look, "\(pointer)/\($0)") }
        case .object(let members):
            members.flatMap { member in
                let name = member.name.replacing("~", with: "~0").replacing("/", with: "~1")
                return member.value.unknownPlaces(look, "\(pointer)/\(name)")
            }
        }
    }
}

extension MockCall {
    /// What a place stands for.
    func value(at path: [String], adapter: ObjectAdapter?) -> JSONValue? {
        guard let name = path.first else { return nil }
        let start: JSONValue? =
            switch name {
            case "@identity": .string("\(identity)")
            case "@facet": .string(facet)
            case "@operation": .string(operation)
            case "@interface": .string(interface)
            case "@count": .number(String(count))
            case "@context": .object(context.map { JSONValue.Member($0.key, .string($0.value)) })
            case "@endpoints": .string((adapter?.endpoints ?? []).map { ":\($0)" }.joined())
            default: parameters[name]
            }
        // A context's key may have points.
        if name == "@context", path.count > 1 { return start?[path.dropFirst().joined(separator: ".")] }
        return path.dropFirst().reduce(start) { $0?[$1] }
    }
}
