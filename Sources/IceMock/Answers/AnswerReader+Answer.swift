import Ice
import Slice
import SliceJSON

extension AnswerReader {
    // MARK: One answer

    /// `"text"`, `{"returnValue": …}`, `{"@type": …}` or `{"@fail": …}`, the objects also with `"@delay"`.
    mutating func answer(_ tree: JSONTree, _ mocked: MockedOperation) -> ScriptedAnswer? {
        guard case .object(let members) = tree.kind else { return value(tree, mocked) }
        var delay: Duration?
        var rest: [JSONTree.Member] = []
        var annotations: [String: JSONTree.Member] = [:]
        for member in members {
            switch member.name {
            case "@delay": delay = duration(member.value)
            case "@fail", "@message", "@example": annotations[member.name] = member
            case "@type": rest.append(member)
            case "@when":
                note("a condition stands in the list of an operation, not inside '@answers'", at: member.offset)
            case "@answers": note("'@answers' needs a condition, '@when'", at: member.offset)
            case let name where name.hasPrefix("@"):
                note(
                    "unknown '\(name)'; there are @when, @answers, @type, @fail, @message, @delay, @example",
                    at: member.offset)
            default: rest.append(member)
            }
        }
        var object = tree
        object.kind = .object(rest)
        guard let outcome = outcome(object, rest, annotations, mocked) else { return nil }
        return ScriptedAnswer(outcome: outcome, delay: delay)
    }

    private mutating func outcome(
        _ tree: JSONTree, _ members: [JSONTree.Member], _ annotations: [String: JSONTree.Member],
        _ mocked: MockedOperation
    ) -> ScriptedAnswer.Outcome? {
        if let fail = annotations["@fail"] {
            if let other = members.first { note("besides '@fail' there is nothing but '@message'", at: other.offset) }
            return failure(fail.value, annotations["@message"]?.value, mocked)
        }
        if let message = annotations["@message"] { note("'@message' belongs to '@fail'", at: message.offset) }
        if let example = annotations["@example"] {
            if let other = members.first { note("besides '@example' there is no result", at: other.offset) }
            if example.value.kind != .bool(true) { note("'@example' is true", at: example.value.offset) }
            return .example
        }
        guard let type = members.first(where: { $0.name == "@type" }) else {
            let template = template(tree, mocked)
            check(template, .result, tree, mocked)
            return .result(template)
        }
        return exception(tree, type.value, mocked)
    }

    /// A return value without its object.
    private mutating func value(_ tree: JSONTree, _ mocked: MockedOperation) -> ScriptedAnswer? {
        if case .array = tree.kind {
            note("a list inside a list; a sequence is as {\"returnValue\": […]}", at: tree.offset)
            return nil
        }
        guard mocked.hasResults || tree.kind != .null else { return ScriptedAnswer(outcome: .result(.object([]))) }
        guard mocked.operation.result != nil, mocked.operation.outParameters.isEmpty else {
            let what = mocked.hasResults ? "has out-parameters: {\"name\": …}" : "returns nothing: {} or null"
            note("'\(mocked.operation.info.name)' \(what)", at: tree.offset)
            return nil
        }
        let template = AnswerTemplate.object([("returnValue", self.template(tree, mocked))])
        check(template, .result, tree, mocked)
        return ScriptedAnswer(outcome: .result(template))
    }

    private mutating func exception(
        _ tree: JSONTree, _ type: JSONTree, _ mocked: MockedOperation
    ) -> ScriptedAnswer.Outcome? {
        guard case .string(let typeID) = type.kind else {
            note("'@type' is the type id of an exception, as \"::Module::Exception\"", at: type.offset)
            return nil
        }
        guard slice.model.exceptions[ScopedName(typeID)] != nil else {
            note("no exception '\(typeID)' in the Slice files", at: type.offset)
            return nil
        }
        guard mocked.declares(typeID, in: slice.model) else {
            note("'\(mocked.operation.info.name)' does not declare exception \(typeID)", at: type.offset)
            return nil
        }
        let template = template(tree, mocked)
        check(template, .exception, tree, mocked)
        return .exception(template)
    }

    private mutating func failure(
        _ tree: JSONTree, _ message: JSONTree?, _ mocked: MockedOperation
    ) -> ScriptedAnswer.Outcome? {
        let status: ReplyStatus?
        switch tree.kind {
        case .string(let name): status = StatusName.status(name)
        case .number(let text): status = UInt8(text).flatMap { $0 > 1 ? ReplyStatus(rawValue: $0) : nil }
        default: status = nil
        }
        guard let status else {
            let names = StatusName.all.map(\.name).joined(separator: ", ")
            note("'@fail' is one of \(names), or a number from 2 to 255", at: tree.offset)
            return nil
        }
        if let message {
            guard case .string = message.kind else {
                note("'@message' is a string", at: message.offset)
                return nil
            }
        }
        return .failure(status, message.map { template($0, mocked) } ?? .literal(.string("")))
    }

    /// `250ms`, `2s` or `1m`; an hour at most.
    private mutating func duration(_ tree: JSONTree) -> Duration? {
        if case .string(let text) = tree.kind {
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            let scale: Int64? =
                switch text[digits.endIndex...] {
                case "ms": 1
                case "s": 1000
                case "m": 60_000
                default: nil
                }
            if let number = Int64(digits), let scale, number <= 3_600_000 / scale {
                return .milliseconds(number * scale)
            }
        }
        note("'@delay' is as \"250ms\", \"2s\" or \"1m\", an hour at most", at: tree.offset)
        return nil
    }
}

extension AnswerReader {
    // MARK: Checks

    private mutating func template(_ tree: JSONTree, _ mocked: MockedOperation) -> AnswerTemplate {
        var found: [(String, Int)] = []
        let names = mocked.operation.inParameters.map(\.info.name)
        let template = AnswerTemplate(tree, parameters: names) { found.append(($0, $1)) }
        for (message, offset) in found { note(message, at: offset) }
        return template
    }

    /// Encodes the answer, with examples for parameters. What depends on a call is left to the call.
    private mutating func check(
        _ template: AnswerTemplate, _ part: MockedOperation.Part, _ tree: JSONTree, _ mocked: MockedOperation
    ) {
        guard mocked.plan.unsupported == nil else { return }
        let examples = mocked.exampleArguments(in: slice.model)
        func look(_ path: [String]) -> JSONValue? { path.reduce(examples) { $0?[$1] } }
        let json = template.value(look)
        do throws(JSONError) {
            _ = try mocked.encapsulation(part, json, .v1_1)
        } catch {
            let isUnknown = template.unknownPlaces(look).contains {
                error.pointer == $0 || error.pointer.hasPrefix($0 + "/")
            }
            guard !isUnknown else { return }
            // A bare value stands for an object with the return value.
            var pointer = error.pointer[...]
            if case .object = tree.kind {} else { pointer = pointer.dropFirst("/returnValue".count) }
            note(
                error.pointer.isEmpty ? error.message : "\(error.pointer): \(error.message)",
                at: tree.offset(ofPointer: pointer))
        }
    }
}
