package import IceEncoding

extension OperationPlan {
    /// A member of the result that can be the whole answer.
    package struct ResultMember: Sendable, Hashable {
        let index: Int32
    }

    /// The member `returnValue`, or an out-parameter; nil when there is none of that name.
    package func resultMember(_ name: String) -> ResultMember? {
        results.range.first { store.tables.name($0).elementsEqual(name.utf8) }.map { ResultMember(index: $0) }
    }

    /// Whether a member of the result is a `sequence<byte>`.
    package func isBytes(_ member: ResultMember) -> Bool {
        store.tables.nodes[Int(store.tables.members[Int(member.index)].node)].kind == .bytes
    }

    /// Writes the value of one member of the result of an Ok reply; `null` for an optional one that is unset.
    ///
    /// - Throws: ``MarshalError``; the buffer is then as it was.
    package func decodeResult(
        _ member: ResultMember, _ payload: InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError) {
        let start = out.count
        do throws(MarshalError) {
            var writer = try writer(encoding)
            var input = payload
            guard results.isPlain else {
                try writer.writeObject(results, [member.index..<member.index + 1], from: &input, into: &out)
                guard out.count > start else { return out.append("null") }
                // Its name goes.
                let name = Int(store.tables.members[Int(member.index)].text.count)
                out.moveToEnd(from: start, to: start + name)
                out.truncate(to: out.count - name)
                return
            }
            for index in results.range {
                let place = out.count
                try writer.write(store.tables.members[Int(index)].node, from: &input, into: &out)
                if index != member.index { out.truncate(to: place) }
            }
            try input.finish(encoding)
        } catch {
            out.truncate(to: start)
            throw error
        }
    }

    /// Appends the bytes of a member of the result of an Ok reply, which ``isBytes(_:)``; none for an optional one that is
    /// unset.
    ///
    /// - Throws: ``MarshalError``; the buffer is then as it was.
    package func decodeBytes(
        _ member: ResultMember, _ payload: InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError) {
        if results.count == 1, results.isPlain, encoding.isSupported {
            var input = payload
            let bytes = try input.readStringBytes()
            try input.finish(encoding)
            return out.append(bytes)
        }
        var text = OutputBuffer(minimumCapacity: 64 + payload.remaining * 2)
        try decodeResult(member, payload, encoding: encoding, into: &text)
        guard text.bytes.first == UInt8(ascii: "\""), text.count >= 2 else { return }
        let start = out.count
        guard Base64.decode(UnsafeRawBufferPointer(rebasing: text.bytes[1..<text.count - 1]), into: &out) else {
            out.truncate(to: start)
            throw MarshalError(.malformed, "a member that is no sequence<byte>")
        }
    }
}
