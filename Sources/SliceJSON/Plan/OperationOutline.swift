import Slice

/// What of an operation goes into the tables of a plan, and where.
struct OperationOutline {
    /// Why the operation can't be called; nil when it can.
    private(set) var unsupported: String?
    private(set) var inParameters = PlanMembers()
    private(set) var results = PlanMembers()
    let hasReturnValue: Bool
    private(set) var exceptions: [Int32] = []
    let isSliced: Bool

    init(_ operation: Operation, _ model: SliceModel, _ compiler: inout PlanCompiler) {
        let format =
            operation.info.metadata("format") ?? model.interfaces[operation.interface]?.info.metadata("format")
        isSliced =
            format.map { $0 == "sliced" || $0 == "default" && compiler.options.writesSliced }
            ?? compiler.options.writesSliced
        hasReturnValue = operation.result != nil
        var reason: String?
        func members(_ what: String, _ sources: [PlanCompiler.Source]) -> PlanMembers {
            do throws(PlanCompiler.Unsupported) {
                return try compiler.memberList(sources)
            } catch {
                reason = reason ?? "\(what) \(error.reason)"
                return PlanMembers()
            }
        }
        func parameters(_ kind: String, _ list: [Parameter]) -> PlanMembers {
            // One by one for the reason, then together for the plan.
            for parameter in list {
                _ = members("\(kind) '\(parameter.info.name)'", [PlanCompiler.Source(parameter)])
            }
            return reason == nil ? members(kind, list.map { PlanCompiler.Source($0) }) : PlanMembers()
        }
        inParameters = parameters("parameter", operation.inParameters)
        _ = parameters("out-parameter", operation.outParameters)
        var resultSources = operation.outParameters.map { PlanCompiler.Source($0) }
        if let result = operation.result {
            if resultSources.contains(where: { $0.name == "returnValue" }) {
                reason = reason ?? "out-parameter 'returnValue' has the name of the result"
            }
            resultSources.append(
                PlanCompiler.Source(
                    name: "returnValue", type: result.type, metadata: operation.info.metadata, tag: result.tag))
            _ = members("result", Array(resultSources.suffix(1)))
        }
        results = reason == nil ? members("result", resultSources) : PlanMembers()
        for name in operation.exceptions {
            if let problem = compiler.problems[name] { reason = reason ?? "exception '\(name)' \(problem)" }
            if let index = compiler.exceptions[name] { exceptions.append(index) }
        }
        unsupported = reason.map { "operation '\(operation.info.name)' can't be called: \($0)" }
    }
}
