package import Gateway
import OpenAPI
package import Slice

/// What a newcomer is told.
package enum FirstRun {
    /// For `icegate serve Greeter.ice`: that a service is missing, and what to type.
    ///
    /// - Parameter arguments: of the command, without its name.
    /// - Returns: lines, without an end of line after the last.
    package static func missingService(_ model: SliceModel, arguments: [String]) -> String {
        let interfaces = model.callableInterfaces
        var text = "icegate: error: no service: which Ice object is to be called?"
        guard !interfaces.isEmpty else {
            return text + "\nhint: the Slice files have no interface; name the files that define one"
        }
        text += "\nThe Slice files have these interfaces. Type, with the proxy of your own server's object:"
        for interface in interfaces.prefix(8) {
            let name = ServiceNaming.name(of: interface.text)
            let suffix = interfaces.count > 1 ? "@\(interface)" : ""
            let service = "\(name)=\(name):tcp -h localhost -p 4061\(suffix)"
            text += "\n  " + ShellText.line(["icegate", "serve"] + arguments + ["--service", service])
        }
        if interfaces.count > 8 { text += "\n  … and \(interfaces.count - 8) more, see: icegate check" }
        return text + "\nhint: to try without a server: "
            + ShellText.line(["icegate", "mock"] + arguments) + "; to write a configuration: "
            + ShellText.line(["icegate", "init"] + arguments)
    }

    /// A `curl` line for the first operation that can be called; nil when there is none.
    ///
    /// - Parameter address: where the gateway listens.
    package static func curl(_ gateway: Gateway, address: String) -> String? {
        let scheme = gateway.configuration.tls == nil ? "http" : "https"
        let base = base(address)
        // A service whose name is a template needs a value for it.
        let routes = gateway.routes.routes.filter {
            $0.unsupportedReason == nil && !$0.path.contains("{") && $0.method.token == "POST"
        }
        guard let route = routes.first else { return nil }
        var words = ["curl", "-X", "POST", (scheme == "http" ? "" : "https://") + base + route.path]
        if !route.operation.inParameters.isEmpty {
            guard let example = OperationExample.arguments(of: route.operation, in: gateway.model) else { return nil }
            words += ["-d", JSONIndent.joined(example)]
        }
        return ShellText.line(words)
    }

    /// The address of the page at `/docs`; nil when there is none.
    package static func page(_ gateway: Gateway, address: String) -> String? {
        Gateway.pageForPeople.map { (gateway.configuration.tls == nil ? "http://" : "https://") + base(address) + $0 }
    }

    /// As a client on this machine writes it.
    private static func base(_ address: String) -> String {
        for all in ["127.0.0.1:", "0.0.0.0:", "[::]:", "[::1]:"] where address.hasPrefix(all) {
            return "localhost:" + address.dropFirst(all.count)
        }
        return address
    }
}
