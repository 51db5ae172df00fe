package import Gateway
package import Ice
package import Slice

/// `--service` of `icegate init`, where the name may be missing.
package enum InitialService {
    /// - Parameter text: `PROXY`, `PROXY@TYPEID`, `NAME=PROXY` or `NAME=PROXY@TYPEID`.
    /// - Throws: ``CallFailure``.
    package static func parse(
        _ text: String, _ model: SliceModel, _ communicator: Communicator
    ) throws(CallFailure) -> ServiceConfiguration {
        let isNamed = text.prefix { $0 != "=" }.allSatisfy { !" :\"'".contains($0) } && text.contains("=")
        guard var service = ServiceConfiguration(argument: isNamed ? text : "unnamed=" + text) else {
            throw CallFailure(
                "--service '\(text)' is not [NAME=]PROXY[@TYPEID]",
                hint: "as --service 'greeter=greeter:tcp -h localhost -p 4061'")
        }
        _ = try CallProxy.parse(service.proxy, communicator)
        service.interface = try interface(of: service, text, model)
        if !isNamed { service.name = ServiceNaming.name(of: service.interface ?? "service") }
        return service
    }

    private static func interface(
        of service: ServiceConfiguration, _ text: String, _ model: SliceModel
    ) throws(CallFailure) -> String? {
        let interfaces = model.callableInterfaces.map(\.text)
        guard let given = service.interface else {
            guard interfaces.count != 1 else { return interfaces.first }
            throw CallFailure(
                "--service '\(text)': the Slice files have several interfaces",
                hint: "say which one: \(ShellText.quoted("\(text)@\(interfaces.first ?? "::M::I")")); there are "
                    + interfaces.joined(separator: ", "))
        }
        let name = ScopedName(given.hasPrefix("::") ? given : "::" + given)
        guard let definition = model.interfaces[name], !definition.isDeclaredOnly else {
            throw CallFailure(
                "--service '\(text)': interface \(name) is not in the Slice files",
                hint: "there are \(interfaces.joined(separator: ", "))")
        }
        return name.text
    }
}
