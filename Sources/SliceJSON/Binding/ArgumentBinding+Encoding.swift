package import IceEncoding

extension ArgumentBinding {
    /// Whether a request's body is the whole of its arguments, so that the plan can read it as it is.
    package func isPlain(query: UnsafeRawBufferPointer?) -> Bool {
        body == .rest && pathLeaves.isEmpty && fixed.isEmpty && query?.isEmpty ?? true
    }

    /// Appends the arguments' encoding, without an encapsulation header.
    ///
    /// - Parameters:
    ///   - path: the texts of the path variables, percent-decoded, in the order they were given to the initializer.
    ///   - query: as it came, without the `?`.
    /// - Throws: ``JSONError``; the buffer is then as it was.
    package func encode(
        path: [String], query: UnsafeRawBufferPointer?, body: UnsafeRawBufferPointer, encoding: EncodingVersion,
        into out: inout OutputBuffer
    ) throws(JSONError) {
        var values = ArgumentTexts(count: leaves.count)
        for (leaf, text) in zip(pathLeaves, path) { values.append(Array(text.utf8), to: leaf) }
        if let query, !query.isEmpty { try read(query, into: &values) }
        var text = ArgumentText(self, values, body: body)
        try text.write()
        do throws(JSONError) {
            try plan.encodeArguments(text.out.bytes, raw: text.raw, encoding: encoding, into: &out)
        } catch {
            throw text.explained(error)
        }
    }

    private func read(_ query: UnsafeRawBufferPointer, into values: inout ArgumentTexts) throws(JSONError) {
        for pair in try QueryParameters(query).pairs {
            guard let index = leaves.firstIndex(where: { $0.utf8 == pair.name }) else {
                try refuse(pair.name)
                continue
            }
            let leaf = leaves[index]
            guard !leaf.isInPath else {
                throw JSONError(
                    parameter: .duplicateMember,
                    "parameter '\(leaf.name)' is in the path; it can't be in the query, too")
            }
            guard leaf.isSequence || !values.isGiven(index) else {
                throw JSONError(
                    parameter: .duplicateMember, "parameter '\(leaf.name)' is in the query twice; it takes one value")
            }
            values.append(pair.value, to: index)
        }
    }

    /// A name in the query that none can have.
    private func refuse(_ name: [UInt8]) throws(JSONError) {
        let shown = QueryParameters.shown(name)
        if fixed.contains(where: { $0.name == shown }) {
            throw JSONError(parameter: .duplicateMember, "parameter '\(shown)' has its value from the route")
        }
        if body.parameter == shown {
            throw JSONError(
                parameter: .duplicateMember, "parameter '\(shown)' is the body; it can't be in the query, too")
        }
        if unqueried.contains(shown) {
            throw JSONError(
                parameter: .unknownMember, "parameter '\(shown)' can't come from the query, only from the body")
        }
        if plan.options.unknownMembers == .ignore { return }
        let known = queryNames.prefix(8).joined(separator: ", ")
        throw JSONError(
            parameter: .unknownMember,
            "unknown query parameter '\(shown)'; "
                + (known.isEmpty ? "this route takes none" : "there is \(known)\(queryNames.count > 8 ? ", …" : "")"))
    }
}

/// The texts that path and query give, by leaf.
struct ArgumentTexts {
    private(set) var texts: [[[UInt8]]]

    init(count: Int) { texts = Array(repeating: [], count: count) }

    func isGiven(_ leaf: Int) -> Bool { !texts[leaf].isEmpty }

    mutating func append(_ text: [UInt8], to leaf: Int) { texts[leaf].append(text) }
}
