/// Names of services for interfaces.
package enum ServiceNaming {
    /// `::Demo::ShoppingCart` is `shoppingCart`, `::Demo::URLStore` is `urlStore`.
    package static func name(of typeId: String) -> String {
        let name = typeId.split(separator: ":").last.map(Array.init) ?? []
        let capitals = name.prefix { $0.isUppercase }.count
        let lowered = capitals > 1 && capitals < name.count ? capitals - 1 : capitals
        return name.prefix(lowered).map { $0.lowercased() }.joined() + String(name.dropFirst(lowered))
    }
}
