/// A call with random arguments, and what has to come of it.
struct RandomCall {
    let operation: OperationType
    /// The JSON object to send.
    let request: String
    private let schema: Schema
    private let arguments: [Member]
    private let graph: Graph

    enum Expectation {
        /// The body of an answer with status 200.
        case answer(String)
        /// The exception in a problem document with status 422.
        case exception(String)
        /// Status 400.
        case refusal
    }

    init(_ operation: OperationType, _ schema: Schema, seed: UInt64, isSmall: Bool = false) {
        var generator = ValueGenerator(schema, seed: seed, isSmall: isSmall)
        arguments = generator.members(operation.parameters)
        graph = generator.graph
        self.operation = operation
        self.schema = schema
        // Half of the requests are spelt as answers are.
        let other =
            generator.random.oneIn(2) ? nil : RequestText.object(arguments, graph, random: generator.random)
        request = other ?? AnswerText.object(arguments, graph, isV10: false)
    }

    /// - Parameters:
    ///   - isV10: whether the service's proxy has encoding 1.0.
    ///   - sendsNil: whether the servant's runtime sends an optional that is nil; else it isn't set.
    func expectation(isV10: Bool, sendsNil: Bool) -> Expectation {
        if isV10, graph.hasSetOptional(arguments) { return .refusal }
        if let thrown = operation.thrown {
            return .exception(
                AnswerText.object(arguments, graph, typeID: "::\(Schema.module)::X\(thrown)", isV10: isV10))
        }
        let answers = operation.answers.enumerated().map { index, answer in
            let name = index == 0 && operation.hasReturnValue ? "returnValue" : OperationType.outName(index)
            var value = arguments[answer.parameter].value
            if answer.tag != nil {
                // Encoding 1.0 has no optionals.
                if isV10 { value = nil }
                if !sendsNil, case .scalar("null", _)? = value { value = nil }
            }
            return Member(name: "\"\(name)\"", value: value)
        }
        return .answer(AnswerText.object(answers, graph, isV10: isV10))
    }
}
