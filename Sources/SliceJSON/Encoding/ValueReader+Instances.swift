import IceEncoding

extension ValueReader {
    // MARK: References to instances

    /// Reads what stands where an instance belongs: `null`, an object, or a reference to one.
    ///
    /// - Parameter declared: the class it must be one of; -1 for any.
    mutating func readInstance(
        declared: Int32, _ index: Int32, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        if reader.stands("null") {
            reader.position += 4
            return appendNil(into: &out)
        }
        guard reader.peek == UInt8(ascii: "{") else { throw reader.mismatch(.object, subject: index) }
        let place = reader.position
        if let (id, value) = try takeReference() {
            guard book.isSecondWalk else {
                book.hasReferences = true
                return appendNil(into: &out)
            }
            guard let entry = book.entriesByID[id] else { throw JSONFailure(reason: .unknownReference, offset: value) }
            guard tables.isKind(entry.definition, of: declared, in: tables.classes) else {
                throw reader.failure(.wrongClass, at: place, subject: declared)
            }
            let behind = reader.position
            let depth = reader.depth
            _ = try append(entry, into: &out)
            reader.position = behind
            reader.depth = depth
            return
        }
        let definition = try definition(declared: declared, in: tables.classes)
        let entry = InstanceBook.Entry(place: reader.offset(place), definition: definition, depth: reader.depth)
        if try !append(entry, into: &out) {
            reader.position = place
            try reader.skipValue()
        }
    }

    private func appendNil(into out: inout OutputBuffer) {
        if isV10 { out.append(0 as Int32) } else { out.appendSize(0) }
    }

    /// Appends what stands for the instance at this place, and in encoding 1.1 the instance itself when that is where it goes.
    ///
    /// - Returns: whether it was read, and the reader is behind it.
    private mutating func append(_ entry: InstanceBook.Entry, into out: inout OutputBuffer) throws(JSONFailure) -> Bool
    {
        if isV10 {
            if let number = book.numbers[entry.place] {
                out.append(-number)
            } else {
                out.append(-book.number(entry.place))
                book.pending.append(entry)
            }
            return false
        }
        guard book.table.number > 0 else { return try appendInline(entry, into: &out) }
        if let slot = book.slots[entry.place], slot.table == book.table.number {
            out.appendSize(Int(slot.index))
        } else {
            book.tables.append(entry)
            let index = book.tables.count - book.table.first
            book.slots[entry.place] = (book.table.number, Int32(truncatingIfNeeded: index))
            out.appendSize(index)
        }
        return false
    }

    mutating func appendInline(_ entry: InstanceBook.Entry, into out: inout OutputBuffer) throws(JSONFailure) -> Bool {
        if let number = book.numbers[entry.place] {
            out.appendSize(Int(number))
            return false
        }
        _ = book.number(entry.place)
        out.append(1 as UInt8)
        try writeInstance(entry, into: &out)
        return true
    }

    /// The id of `{"@ref":"…"}`, in UTF-8, and where it stands, with the reader behind it; nil for another object, which it is still at.
    private mutating func takeReference() throws(JSONFailure) -> (id: [UInt8], place: Int32)? {
        let object = reader.position
        let depth = reader.depth
        try reader.enter()
        if reader.peek == UInt8(ascii: "\"") {
            let key = reader.position
            if equals(try reader.string(), "@ref") {
                try reader.colon()
                let place = reader.offset
                let id = try readID()
                guard try !reader.anotherMember() else { throw reader.failure(.badReference, at: key) }
                reader.leave()
                return (id, place)
            }
        }
        reader.position = object
        reader.depth = depth
        return nil
    }

    /// The value of `@id` or `@ref`, in UTF-8.
    private mutating func readID() throws(JSONFailure) -> [UInt8] {
        guard reader.peek == UInt8(ascii: "\"") else { throw reader.mismatch(.id) }
        let span = try reader.string()
        var text = OutputBuffer(minimumCapacity: span.count)
        text.append(span)
        return Array(text.bytes)
    }

    /// The class or exception that the object at the position is of; -1 for one of unknown slices only. The reader stays.
    mutating func definition(
        declared: Int32, in definitions: PlanDefinitions
    ) throws(JSONFailure) -> Int32 {
        let object = reader.position
        let depth = reader.depth
        defer {
            reader.position = object
            reader.depth = depth
        }
        try reader.enter()
        guard !reader.take(UInt8(ascii: "}")) else { return try untyped(declared, object) }
        repeat {
            guard reader.peek == UInt8(ascii: "\"") else { throw reader.unexpected(.key) }
            let key = try reader.string()
            try reader.colon()
            guard equals(key, "@type") else {
                try reader.skipValue()
                continue
            }
            guard reader.peek == UInt8(ascii: "\"") else { throw reader.mismatch(.typeID) }
            let place = reader.position
            let typeID = try reader.string()
            var text = OutputBuffer(minimumCapacity: typeID.count)
            text.append(typeID)
            let found = tables.find(text.bytes, in: definitions)
            guard found != nil || equals(typeID, "::Ice::Object") else {
                throw reader.failure(.unknownType, at: place)
            }
            let definition = found ?? -1
            guard definition < 0 || definitions.entries[Int(definition)].isSupported else {
                throw reader.failure(.unknownType, at: place)
            }
            guard declared < 0 || definition >= 0 && tables.isKind(definition, of: declared, in: definitions) else {
                throw reader.failure(.wrongClass, at: place, subject: declared)
            }
            return definition
        } while try reader.anotherMember()
        return try untyped(declared, object)
    }

    private func untyped(_ declared: Int32, _ object: UnsafePointer<UInt8>) throws(JSONFailure) -> Int32 {
        guard declared >= 0, tables.classes.entries[Int(declared)].isSupported else {
            throw reader.failure(.missingType, at: object)
        }
        return declared
    }

    /// Notes the `@id` of an object.
    mutating func register(_ entry: InstanceBook.Entry, _ annotations: Annotations) throws(JSONFailure) {
        guard annotations.id >= 0, !book.isSecondWalk else { return }
        reader.position = reader.start + Int(annotations.id)
        let place = reader.position
        guard book.entriesByID.updateValue(entry, forKey: try readID()) == nil else {
            throw reader.failure(.duplicateID, at: place)
        }
    }

    /// After the first walk: whether a second one is needed.
    mutating func resolveReferences() throws(JSONFailure) -> Bool {
        guard !book.isSecondWalk else { return false }
        guard book.hasReferences || book.needsSliced && !book.isSliced else { return false }
        book.beginSecondWalk(isV10: isV10)
        return true
    }
}
