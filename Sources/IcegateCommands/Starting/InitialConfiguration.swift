package import Gateway
package import Slice

/// The configuration that `icegate init` writes: what was given, and every other key commented out.
package enum InitialConfiguration {
    /// - Parameters:
    ///   - slice: as given.
    ///   - services: at least one; each with its interface.
    ///   - command: what made it.
    package static func text(
        slice: GatewayConfiguration.SliceSources, services: [ServiceConfiguration], model: SliceModel, command: String
    ) -> String {
        let sections = Dictionary(grouping: ConfigurationFile.keys()) { $0.path.first ?? "" }
        var order: [String] = []
        for key in ConfigurationFile.keys() where !order.contains(key.path.first ?? "") {
            order.append(key.path.first ?? "")
        }
        var text = head(command)
        for name in ["slice", "services"] + order.filter({ $0 != "slice" && $0 != "services" }) {
            var keys = sections[name] ?? []
            switch name {
            case "slice": text += sliceSection(keys, slice)
            case "services": text += servicesSection(keys, services, model)
            default:
                if name == "routes" { fill(&keys, services, model) }
                text += ConfigurationExample.text(keys) { _ in true }
            }
        }
        return text
    }

    private static func head(_ command: String) -> String {
        """
        ## The configuration of icegate, made by: \(command.replacing("\n", with: " "))
        ## What is commented out is the default, or an example of what is absent by default: to change it, remove the first
        ## character of the line and of those above it that it belongs to.
        ##
        ##     icegate check --config FILE     tells what is wrong with it
        ##     icegate serve --config FILE     serves it; add --watch to load it anew when it changes


        """
    }

    private static func sliceSection(
        _ keys: [ConfigurationKey], _ slice: GatewayConfiguration.SliceSources
    ) -> String {
        let given = ["files": slice.files, "include": slice.include, "define": slice.define]
        let keys = keys.map { key in
            var key = key
            if let list = given[key.path.last ?? ""], !list.isEmpty { key.example = yaml(list) }
            return key
        }
        return ConfigurationExample.text(keys) { key in given[key.path.last ?? ""]?.isEmpty ?? false } + "\n"
    }

    private static func servicesSection(
        _ keys: [ConfigurationKey], _ services: [ServiceConfiguration], _ model: SliceModel
    ) -> String {
        var text = ""
        for (index, service) in services.enumerated() {
            let entries = keys.filter { $0.path.count > 1 }.map { key in
                var key = key
                switch key.path.dropFirst(2).first {
                case "proxy": key.example = quoted(service.proxy)
                case "interface":
                    key.example = service.interface.map(quoted) ?? key.example
                    key.isAbsent = service.interface == nil
                default: break
                }
                return key
            }
            if index == 0, let first = keys.first {
                var section = first
                section.shape = .section
                text += ConfigurationExample.text([section])
            }
            let operations = operations(of: service, model)
            text += "  \(quoted(service.name)):" + (operations.isEmpty ? "\n" : "  # \(operations)\n")
            let shown = index == 0 ? entries : entries.filter { ["proxy", "interface"].contains($0.path.last) }
            text += ConfigurationExample.text(shown) { !["proxy", "interface"].contains($0.path.last) }
        }
        return text + "\n"
    }

    /// What can be called, for the comment.
    private static func operations(of service: ServiceConfiguration, _ model: SliceModel) -> String {
        let names = service.interface.map { model.allOperations(of: ScopedName($0)).map(\.info.name) } ?? []
        let more = names.count > 6 ? ", … (icegate routes tells all)" : ""
        return names.isEmpty ? "" : "POST /\(service.name)/" + names.prefix(6).joined(separator: ", ") + more
    }

    /// Makes the example of a route one of the given services.
    private static func fill(
        _ keys: inout [ConfigurationKey], _ services: [ServiceConfiguration], _ model: SliceModel
    ) {
        guard let service = services.first, let interface = service.interface,
            let operation = model.allOperations(of: ScopedName(interface)).first
        else { return }
        let name = operation.info.name
        for index in keys.indices {
            switch keys[index].path.last {
            case "method": keys[index].example = operation.isIdempotent ? "GET" : "POST"
            case "path": keys[index].example = quoted("/v1/\(name)")
            case "service": keys[index].example = quoted(service.name)
            case "operation": keys[index].example = quoted(name)
            default: break
            }
        }
        // Which parameter these name depends on the operation.
        keys.removeAll { ["body", "response_body", "raw_body"].contains($0.path.last) }
    }

    private static func yaml(_ list: [String]) -> String { "[" + list.map(quoted).joined(separator: ", ") + "]" }

    /// A string in double quotes, as YAML and JSON have it; `${` stays what it is.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
