package import Slice

/// The values that the examples of a document have, for others who need some.
package enum OperationExample {
    /// An object of the in-parameters as JSON text; nil when it would be too large for an example.
    package static func arguments(of operation: Operation, in model: SliceModel) -> String? {
        text(operation.inParameters.map { ObjectMember($0.info.name, $0.type, $0.tag) }, model)
    }

    /// An object of the results, `returnValue` first, as JSON text; nil when it would be too large for an example.
    package static func result(of operation: Operation, in model: SliceModel) -> String? {
        let returnValue = operation.result.map { ObjectMember("returnValue", $0.type, $0.tag) }
        let outParameters = operation.outParameters.map { ObjectMember($0.info.name, $0.type, $0.tag) }
        return text([returnValue].compactMap(\.self) + outParameters, model)
    }

    private static func text(_ members: [ObjectMember], _ model: SliceModel) -> String? {
        ExampleBuilder(model: model, options: OpenAPIOptions()).object(members)?.json
    }
}

extension ObjectMember {
    fileprivate init(_ name: String, _ type: SliceType, _ tag: Int32?) {
        self.init(name: name, type: type, isRequired: tag == nil)
    }
}
