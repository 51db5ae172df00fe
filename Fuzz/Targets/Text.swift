import EventLoop
import Ice
import IceEncoding

/// Makes proxies without a loop: nothing is invoked.
private let communicator = try? Communicator(loops: [])

/// Text that is an identity or a proxy is printed, in the form that the first byte chooses, and read again.
func readText(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first, let text = String(validating: input.dropFirst(), as: UTF8.self) else { return }
    let modes: [ToStringMode] = [.unicode, .ascii, .compat]
    let mode = modes[Int(first) % modes.count]
    if let identity = try? Identity(parsing: text) { roundTrip(identity, mode) }
    guard let communicator else { breaking("no communicator") }
    guard let proxy = try? communicator.makeProxy(text) else { return }
    let printed = proxy.text(mode)
    guard proxy.ice_getEndpoints().allSatisfy(isPlain) else { return }
    let again = try? communicator.makeProxy(printed)
    promise(again == proxy, "\(printed) became \(again?.text(mode) ?? "nothing")")
    promise(again?.text(mode) == printed, "\(printed) is printed as \(again?.text(mode) ?? "nothing")")
}

/// What is printed of an identity must be that identity; one without a name has no text that is read.
func roundTrip(_ identity: Identity, _ mode: ToStringMode = .unicode) {
    guard !identity.name.isEmpty else { return }
    let printed = identity.text(mode)
    let again = try? Identity(parsing: printed)
    promise(again == identity, "\(printed) became \(again?.text(mode) ?? "nothing")")
}

/// Endpoints have no escapes, in Ice neither: one with a quote or a backslash in an option is printed as an opaque one. What
/// only this side knows of it, as a source address, is not in there.
private func isPlain(_ endpoint: Endpoint) -> Bool {
    guard case .ip(let ip) = endpoint else { return true }
    if ip.sourceAddress.isEmpty, ip.multicastInterface.isEmpty, ip.multicastTTL == nil { return true }
    let special = "\"'\\".utf8
    return (ip.timeout > 0 || ip.timeout == -1) && ip.host != "*"
        && ![ip.host, ip.resource, ip.multicastInterface].contains { text in
            text.utf8.contains(where: special.contains) || text.utf8.first == UInt8(ascii: "-")
        }
}
