import Gateway
import Slice

/// The route table as aligned text.
enum RouteListing {
    static func text(_ table: RouteTable) -> String {
        guard !table.routes.isEmpty else { return "no services, no routes\n" }
        var rows = [["METHOD", "PATH", "OPERATION", "MODE", "STATUS"]]
        for route in table.routes {
            let status = route.unsupportedReason == nil ? String(route.successStatus) : "501"
            rows.append([
                route.method.token, route.path, "\(route.operation.interface)::\(route.operation.info.name)",
                route.mode.rawValue, status,
            ])
        }
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        var text = ""
        for row in rows {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            let line = cells.joined(separator: "  ")
            text += line.prefix(line.count - line.reversed().prefix { $0 == " " }.count) + "\n"
        }
        for route in table.routes {
            if let reason = route.unsupportedReason { text += "\(route.method.token) \(route.path): \(reason)\n" }
        }
        return text
    }
}
