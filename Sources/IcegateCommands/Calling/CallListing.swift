/// The operations that can be called, for `icegate call` without one.
package enum CallListing {
    /// - Parameters:
    ///   - interface: only this one.
    ///   - proxy: as it was given.
    ///   - arguments: those to give once more.
    ///   - ask: the type ids of the target, which is asked when there are several interfaces; nil when it can't answer.
    /// - Returns: lines.
    package static func text(
        _ slice: CallableSlice, interface: String?, proxy: String, arguments: [String], ask: () -> [String]?
    ) throws(CallFailure) -> String {
        var own = interface.map { [$0.hasPrefix("::") ? $0 : "::" + $0] } ?? slice.interfaces
        if own.count > 1, let typeIDs = ask() {
            // Of a target that is none of them, all are shown.
            let answered = slice.mostDerived(of: typeIDs)
            if !answered.isEmpty { own = answered }
        }
        var text = ""
        var first: CallableOperation?
        for name in own + (own.contains(BuiltInSlice.typeID) ? [] : [BuiltInSlice.typeID]) {
            text += name + "\n"
            for operation in try slice.operations(of: name) {
                text += "  \(operation.signature)\n"
                first = first ?? operation
            }
        }
        guard let first else { return text }
        var words = ["icegate", "call", proxy, first.name]
        // What every object has needs no Slice.
        if own.isEmpty {
            words[3] = "ice_ids"
        } else if let example = first.example {
            words.append(example)
        }
        return text + "Try: \(ShellText.line(words + arguments))\n"
    }
}
