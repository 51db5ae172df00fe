import IceEncoding
import Slice

/// What a user exception reply turned out to be.
package enum ExceptionOutcome: Sendable, Hashable {
    /// Of a type the operation declares, or derived from one; its JSON was written.
    case declared(typeID: String, ancestors: [String])
    /// Known to Slice, but not declared by the operation; nothing was written.
    case undeclared(typeID: String)
    /// Of no type that Slice knows; nothing was written.
    case unknown(typeID: String)
}

/// The user exceptions an operation may raise.
struct ExceptionPlans: Sendable {
    struct Plan: Sendable {
        var typeID: String
        /// Own members of the exception and of its bases, most derived first.
        var slices: [(typeID: String, members: PlanMembers)]
        /// Nil when it can be carried.
        var unsupported: String?
        var isDeclared: Bool

        var ancestors: [String] { slices.dropFirst().map(\.typeID) }
    }

    private var plans: [String: Plan] = [:]

    init(_ operation: Operation, _ model: SliceModel, _ compiler: inout PlanCompiler) {
        let declared = Set(operation.exceptions)
        for name in model.exceptions.keys.sorted() {
            var chain: [ExceptionDefinition] = []
            var next: ScopedName? = name
            while let current = next, let definition = model.exceptions[current] {
                chain.append(definition)
                next = definition.base
            }
            var plan = Plan(
                typeID: name.text, slices: [], isDeclared: chain.contains { declared.contains($0.scopedName) })
            if plan.isDeclared {
                do throws(PlanCompiler.Unsupported) {
                    for definition in chain {
                        if let member = definition.members.first(where: { $0.tag != nil }) {
                            throw PlanCompiler.Unsupported(
                                reason: "uses the optional member '\(definition.scopedName)::\(member.info.name)'")
                        }
                        let members = try compiler.memberList(definition.members.map { PlanCompiler.Source($0) })
                        plan.slices.append((typeID: definition.scopedName.text, members: members))
                    }
                } catch {
                    plan.unsupported = error.reason
                }
            }
            plans[name.text] = plan
        }
    }

    /// Why a declared exception can't be carried; nil when all can.
    var unsupported: String? {
        plans.values.filter { $0.isDeclared && $0.unsupported != nil }.sorted { $0.typeID < $1.typeID }.first.flatMap {
            plan in
            plan.unsupported.map { "exception '\(plan.typeID)' \($0)" }
        }
    }

    func decode(
        _ input: InputCursor, encoding: EncodingVersion, tables: PlanTables, into out: inout OutputBuffer
    ) throws(MarshalError) -> ExceptionOutcome {
        var input = input
        let isV10 = encoding == .v1_0
        // In 1.0 the instances of classes follow the last slice, and nothing says which slice that is.
        let hasInstances = isV10 ? try input.readBool() : false
        var first: String?
        while true {
            var header: SliceHeader
            do throws(MarshalError) {
                header = try SliceHeader(&input, isV10: isV10)
            } catch {
                guard hasInstances, let first else { throw error }
                return .unknown(typeID: first)
            }
            if first == nil { first = header.typeID }
            if let plan = plans[header.typeID] {
                guard plan.isDeclared else { return .undeclared(typeID: header.typeID) }
                guard plan.unsupported == nil else { return .unknown(typeID: header.typeID) }
                var parts: [[UInt8]] = []
                let writer = ValueWriter(tables, isV10: isV10)
                for (index, slice) in plan.slices.enumerated() {
                    if index > 0 { header = try SliceHeader(&input, isV10: isV10) }
                    guard header.typeID == slice.typeID else {
                        throw MarshalError(
                            .malformed, "exception slice '\(header.typeID)' where '\(slice.typeID)' belongs")
                    }
                    // Ice C++ 3.7 marks no slice of a compact exception as the last: the type says which it is.
                    var part = OutputBuffer(minimumCapacity: 128)
                    try writer.writeMembers(slice.members, from: &input, into: &part)
                    if header.hasOptionals { try input.skipTaggedValues(needsEndMarker: true) }
                    try header.checkEnd(input)
                    parts.append(Array(part.bytes))
                }
                if !hasInstances { try input.finish(encoding) }
                out.append("{\"@type\":")
                out.append(utf8: "\"\(plan.typeID)\"")
                for part in parts.reversed() { out.append(part) }
                out.append(UInt8(ascii: "}"))
                return .declared(typeID: plan.typeID, ancestors: plan.ancestors)
            }
            guard !header.isLast, try header.skip(&input), !isV10 || input.remaining > 0 else {
                return .unknown(typeID: first ?? header.typeID)
            }
        }
    }
}

/// What stands before the members of an exception's slice.
private struct SliceHeader {
    var typeID: String
    var isLast: Bool
    var hasOptionals: Bool
    /// Where the slice ends; nil without a size.
    private var end: Int?
    private var hasIndirection: Bool

    init(_ input: inout InputCursor, isV10: Bool) throws(MarshalError) {
        let flags: UInt8 = isV10 ? 0x10 : try input.read()
        // The type id is always a whole string; the real runtimes write the flags that say how as 0.
        guard flags & 0x02 == 0 else {
            throw MarshalError(.malformed, "an exception slice whose type id is no string, flags \(flags)")
        }
        typeID = try input.readString()
        isLast = flags & 0x20 != 0
        hasOptionals = flags & 0x04 != 0
        hasIndirection = flags & 0x08 != 0
        guard flags & 0x10 != 0 else { return }
        let size = Int(try input.read(Int32.self))
        guard size >= 4, size - 4 <= input.remaining else {
            throw MarshalError(
                .badSize,
                "an exception slice of \(size) bytes at offset \(input.offset - 4), \(input.remaining + 4) left")
        }
        end = input.offset + size - 4
    }

    /// Goes behind a slice of an unknown type; false when that can't be done.
    func skip(_ input: inout InputCursor) throws(MarshalError) -> Bool {
        guard let end, !hasIndirection else { return false }
        try input.skip(end - input.offset)
        return true
    }

    func checkEnd(_ input: InputCursor) throws(MarshalError) {
        guard !hasIndirection else {
            throw MarshalError(.malformed, "an exception without classes has an indirection table")
        }
        guard let end, end != input.offset else { return }
        throw MarshalError(.malformed, "the slice of '\(typeID)' ends at \(end), its members at \(input.offset)")
    }
}
