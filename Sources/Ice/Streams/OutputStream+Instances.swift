import IceEncoding

extension OutputStream {
    // MARK: Instances

    /// What is known about instances; begins it.
    private mutating func sliceWriter() -> SliceWriter {
        if let slices { return slices }
        let writer = SliceWriter()
        slices = writer
        return writer
    }

    mutating func writeInstance(_ value: Value?) {
        let writer = sliceWriter()
        if isOld {
            buffer.append(value.map { Int32(truncatingIfNeeded: -(writer.number(of: $0) ?? writer.add($0))) } ?? 0)
        } else if writer.current?.isSliced == true {
            buffer.appendSize(value.map { writer.entry(for: $0) } ?? 0)
        } else {
            writeInline(value, writer)
        }
    }

    /// Writes an instance where it is met first, afterwards its number, which is 2 for the first one.
    mutating func writeInline(_ value: Value?, _ writer: SliceWriter) {
        guard let value else { return buffer.appendSize(0) }
        if let number = writer.number(of: value) { return buffer.appendSize(number + 1) }
        guard writer.depth < settings.classGraphDepthMax else {
            fail("instances are nested more than \(settings.classGraphDepthMax) deep")
            return buffer.appendSize(0)
        }
        value.ice_preMarshal()
        buffer.appendSize(1)
        _ = writer.add(value)
        let outer = writer.current
        writer.depth += 1
        // What no type is known of can't be written in another way; nor can what is in a table be passed over.
        let isSliced = format == .slicedFormat || outer?.isSliced == true || value is UnknownSlicedValue
        writer.current = SliceWriter.Slice(isException: false, isSliced: isSliced)
        if isSliced, let data = value.ice_getSlicedData() { write(data, writer) }
        writeMembers(of: value)
        writer.current = outer
        writer.depth -= 1
    }

    private mutating func writeMembers(of value: Value) {
        if type(of: value) == Value.self, !isOld {
            startSlice(typeId: Value.ice_staticId(), last: true)
            endSlice()
        }
        value._iceWriteImpl(to: &self)
    }

    /// Slices as they were read.
    private mutating func write(_ data: SlicedData, _ writer: SliceWriter) {
        for info in data.slices {
            startSlice(typeId: info.typeId, compactId: info.compactId, last: info.isLastSlice)
            buffer.append(info.bytes)
            writer.current?.hasOptionalMembers = info.hasOptionalMembers
            writer.current?.table = info.instances
            endSlice()
        }
    }

    /// Writes the instances that were referred to, in encoding 1.0; nothing in 1.1. At the end of parameters or results
    /// whose types use classes, whether there are instances or not.
    public mutating func writePendingValues() {
        guard isOld else { return }
        let writer = sliceWriter()
        while writer.written < writer.instances.count {
            let batch = writer.instances[writer.written...]
            writer.written = writer.instances.count
            buffer.appendSize(batch.count)
            for (index, value) in zip(batch.indices, batch) {
                buffer.append(Int32(truncatingIfNeeded: index + 1))
                value.ice_preMarshal()
                writer.current = SliceWriter.Slice(isException: false, isSliced: true)
                writeMembers(of: value)
                // The base of all classes, with facets that nobody has had since Ice 1.
                startSlice(typeId: Value.ice_staticId(), last: true)
                buffer.append(0 as UInt8)
                endSlice()
                writer.current = nil
            }
        }
        buffer.append(0 as UInt8)
    }

    /// A user exception, in the sliced format.
    public mutating func write(_ exception: UserException) {
        let usesClasses = type(of: exception)._iceUsesClasses
        if isOld { buffer.appendBool(usesClasses) }
        let writer = sliceWriter()
        writer.current = SliceWriter.Slice(isException: true, isSliced: true)
        exception._iceWriteImpl(to: &self)
        writer.current = nil
        if usesClasses { writePendingValues() }
    }
}
