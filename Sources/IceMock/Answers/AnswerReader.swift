import Slice
import SliceJSON

/// Reads an answers file: interfaces, operations, their answers. Collects what is wrong.
struct AnswerReader {
    let slice: LoadedSlice
    private let name: String
    private let text: [UInt8]
    private var problems: [(offset: Int, message: String)] = []

    /// More are not told.
    private static let maximumProblems = 50

    init(slice: LoadedSlice, text: [UInt8], name: String) {
        self.slice = slice
        self.text = text
        self.name = name
    }

    /// - Returns: by type id and operation.
    mutating func read(_ tree: JSONTree) throws(MockFailure) -> [String: [String: AnswerEntries]] {
        var entries: [String: [String: AnswerEntries]] = [:]
        var interfaces: [MockedInterface] = []
        for typeId in slice.interfaces { interfaces.append(try slice.interface(typeId)) }
        guard case .object(let members) = tree.kind else {
            throw failure("answers are an object of operations, as {\"greet\": \"Hello!\"}", at: tree.offset)
        }
        // What is said of an interface goes before what is said of all.
        let (ofInterfaces, ofAll) = (
            members.filter { $0.name.contains("::") }, members.filter { !$0.name.contains("::") }
        )
        for member in ofInterfaces {
            let interface: MockedInterface
            do throws(MockFailure) {
                interface = try slice.interface(member.name)
            } catch {
                note("\(error)", at: member.offset)
                continue
            }
            guard entries[interface.typeId] == nil else {
                note("\(interface.typeId) stands there twice", at: member.offset)
                continue
            }
            guard case .object(let operations) = member.value.kind else {
                note("an interface has an object of operations", at: member.value.offset)
                continue
            }
            entries[interface.typeId] = [:]
            for operation in operations {
                guard let mocked = interface.operations[operation.name] else {
                    note("\(interface.typeId) has no operation '\(operation.name)'", at: operation.offset)
                    continue
                }
                entries[interface.typeId]?[operation.name] = self.entries(operation, mocked)
            }
        }
        for operation in ofAll {
            let having = interfaces.filter { $0.operations[operation.name] != nil }
            if having.isEmpty { note("no interface has an operation '\(operation.name)'", at: operation.offset) }
            for interface in having where entries[interface.typeId]?[operation.name] == nil {
                guard let mocked = interface.operations[operation.name] else { continue }
                entries[interface.typeId, default: [:]][operation.name] = self.entries(operation, mocked)
            }
        }
        guard problems.isEmpty else { throw failure() }
        return entries
    }

    /// An answer, or a list of answers.
    private mutating func entries(_ member: JSONTree.Member, _ mocked: MockedOperation) -> AnswerEntries {
        if let reason = mocked.plan.unsupported { note(reason, at: member.offset) }
        guard case .array(let elements) = member.value.kind else { return entries([member.value], mocked) }
        if elements.isEmpty { note("a list has at least one answer", at: member.value.offset) }
        return entries(elements, mocked)
    }

    private mutating func entries(_ answers: [JSONTree], _ mocked: MockedOperation) -> AnswerEntries {
        var entries = AnswerEntries()
        for tree in answers {
            guard case .object(let members) = tree.kind, let when = members.first(where: { $0.name == "@when" }) else {
                if let answer = answer(tree, mocked) { entries.answers.append(answer) }
                continue
            }
            let condition = condition(when.value, mocked)
            var answer = tree
            answer.kind = .object(members.filter { $0.name != "@when" })
            entries.conditional.append((condition, self.answers(answer, mocked)))
        }
        return entries
    }

    private mutating func condition(_ tree: JSONTree, _ mocked: MockedOperation) -> AnswerCondition {
        guard case .object(let members) = tree.kind else {
            note("'@when' has an object of parameters", at: tree.offset)
            return .equals(.null)
        }
        let names = mocked.operation.inParameters.map(\.info.name)
        for member in members where !names.contains(member.name) {
            note("'\(mocked.operation.info.name)' has no parameter '\(member.name)'", at: member.offset)
        }
        var found: [(String, Int)] = []
        let conditions = members.map {
            (name: $0.name, condition: AnswerCondition($0.value) { found.append(($0, $1)) })
        }
        for (message, offset) in found { note(message, at: offset) }
        return .members(conditions)
    }

    /// Of a condition: one answer, or those of `@answers`.
    private mutating func answers(_ tree: JSONTree, _ mocked: MockedOperation) -> [ScriptedAnswer] {
        guard case .object(let members) = tree.kind, let list = members.first(where: { $0.name == "@answers" }) else {
            return answer(tree, mocked).map { [$0] } ?? []
        }
        for other in members where other.name != "@answers" {
            note("besides '@answers' there is nothing but '@when'", at: other.offset)
        }
        guard case .array(let elements) = list.value.kind, !elements.isEmpty else {
            note("'@answers' has a list of answers", at: list.value.offset)
            return []
        }
        return elements.compactMap { answer($0, mocked) }
    }
}

extension AnswerReader {
    // MARK: Problems

    mutating func note(_ message: String, at offset: Int) { problems.append((offset, message)) }

    private mutating func failure(_ message: String, at offset: Int) -> MockFailure {
        note(message, at: offset)
        return failure()
    }

    private func failure() -> MockFailure {
        var lines: [String] = []
        var last: (offset: Int, message: String)?
        var untold = 0
        for problem in problems.sorted(by: { ($0.offset, $0.message) < ($1.offset, $1.message) }) {
            // What is said of all interfaces is read once for each.
            if let last, last == problem { continue }
            last = problem
            guard lines.count < Self.maximumProblems else {
                untold += 1
                continue
            }
            let before = text[..<min(problem.offset, text.count)]
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            lines.append("\(name):\(line):\(before.count - start + 1): error: \(problem.message)")
        }
        if untold > 0 { lines.append("\(name): error: and \(untold) more") }
        return MockFailure(lines.joined(separator: "\n"))
    }
}
