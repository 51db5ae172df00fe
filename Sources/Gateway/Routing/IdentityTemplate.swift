import IceEncoding

/// The identities of a templated service's objects: `s/{id}` becomes `s/1`. Values are never parsed; whatever bytes they have
/// become part of a name or a category.
struct IdentityTemplate: Sendable {
    private enum Piece: Hashable, Sendable {
        case text(String)
        /// An index into ``variables``.
        case variable(Int)
    }

    let variables: [String]
    private let name: [Piece]
    private let category: [Piece]

    /// - Parameters:
    ///   - identity: with each variable in it, as `{id}`.
    ///   - variables: all that it may and must have.
    init(_ identity: Identity, variables: [String]) throws(RouteFault) {
        self.variables = variables
        name = try Self.pieces(identity.name, variables)
        category = try Self.pieces(identity.category, variables)
        for (index, variable) in variables.enumerated() where !(name + category).contains(.variable(index)) {
            throw RouteFault("the proxy's identity has not the variable {\(variable)} of the service's name")
        }
    }

    /// - Parameter values: one for each of ``variables``.
    func identity(_ values: [String]) -> Identity {
        Identity(name: Self.text(name, values), category: Self.text(category, values))
    }

    /// The values that make an identity; nil when none do. None of them is empty.
    func values(of identity: Identity) -> [String]? {
        var values: [[UInt8]?] = Array(repeating: nil, count: variables.count)
        guard Self.match(name[...], Array(identity.name.utf8)[...], &values),
            Self.match(category[...], Array(identity.category.utf8)[...], &values)
        else { return nil }
        var texts: [String] = []
        for value in values {
            guard let value, let text = String(validating: value, as: UTF8.self) else { return nil }
            texts.append(text)
        }
        return texts
    }

    private static func text(_ pieces: [Piece], _ values: [String]) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .variable(let index): if values.indices.contains(index) { text += values[index] }
            }
        }
        return text
    }
}

extension IdentityTemplate {
    // MARK: Variables in texts

    /// Whether there is a variable anywhere in a text.
    static func hasVariable(_ text: String) -> Bool { !names(in: text).isEmpty }

    /// The names of the variables in a text, in their order.
    static func names(in text: String) -> [String] {
        var names: [String] = []
        var rest = text[...]
        while let (_, name, behind) = next(in: rest) {
            names.append(String(name))
            rest = behind
        }
        return names
    }

    /// The first variable: what is before it, its name, and what is behind it.
    private static func next(in text: Substring) -> (before: Substring, name: Substring, behind: Substring)? {
        var search = text
        while let open = search.firstIndex(of: "{") {
            let inside = search[search.index(after: open)...]
            if let close = inside.firstIndex(of: "}"), PathTemplate.isIdentifier(inside[..<close]) {
                return (text[..<open], inside[..<close], text[text.index(after: close)...])
            }
            search = inside
        }
        return nil
    }

    private static func pieces(_ text: String, _ variables: [String]) throws(RouteFault) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let (before, name, behind) = next(in: rest) {
            guard let index = variables.firstIndex(of: String(name)) else {
                throw RouteFault("the proxy's identity has the variable {\(name)}, the service's name has not")
            }
            if !before.isEmpty {
                pieces.append(.text(String(before)))
            } else if case .variable = pieces.last {
                throw RouteFault(
                    "the proxy's identity has {\(name)} right behind another variable, with nothing between them")
            }
            pieces.append(.variable(index))
            rest = behind
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }
}

extension IdentityTemplate {
    // MARK: Values of an identity

    /// Whether bytes are made of pieces: a variable takes as little as it can.
    private static func match(_ pieces: ArraySlice<Piece>, _ bytes: ArraySlice<UInt8>, _ values: inout [[UInt8]?])
        -> Bool
    {
        guard let piece = pieces.first else { return bytes.isEmpty }
        let rest = pieces.dropFirst()
        switch piece {
        case .text(let text):
            let utf8 = text.utf8
            return bytes.starts(with: utf8) && match(rest, bytes.dropFirst(utf8.count), &values)
        case .variable(let index):
            if let known = values[index] {
                return bytes.starts(with: known) && match(rest, bytes.dropFirst(known.count), &values)
            }
            // Behind a variable there is a text or nothing, so that few lengths are tried.
            guard case .text(let next)? = rest.first else {
                guard !bytes.isEmpty else { return false }
                values[index] = Array(bytes)
                return true
            }
            let utf8 = Array(next.utf8)
            var end = bytes.startIndex + 1
            while end + utf8.count <= bytes.endIndex {
                if bytes[end...].starts(with: utf8) {
                    values[index] = Array(bytes[..<end])
                    if match(rest, bytes[end...], &values) { return true }
                }
                end += 1
            }
            values[index] = nil
            return false
        }
    }
}
