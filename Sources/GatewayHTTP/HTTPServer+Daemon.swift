import CMicroHTTPD
import Glibc

extension HTTPServer {
    /// Starts libmicrohttpd in external epoll mode with this server behind every callback.
    ///
    /// The server is handed over unretained: it stops the daemon before it goes. A ``ClientConnection`` is retained from
    /// "started" to "closed", an ``HTTPExchange`` from its request line to "completed".
    func startDaemon(_ listener: Int32) -> OpaquePointer? {
        var callbacks = icegate_daemon_callbacks(
            context: Unmanaged.passUnretained(self).toOpaque(),
            access: { _, _, _, method, version, data, size, exchange in
                guard let exchange = exchange?.pointee, let method, let version, let size else { return .NO }
                return Unmanaged<HTTPExchange>.fromOpaque(exchange)._withUnsafeGuaranteedRef {
                    $0.access(method: method, version: version, data: data, size: size)
                }
            },
            completed: { server, _, exchange, code in
                guard let server, let exchange, let ended = exchange.pointee else { return }
                exchange.pointee = nil
                Unmanaged<HTTPServer>.fromOpaque(server)._withUnsafeGuaranteedRef {
                    $0.ended(
                        Unmanaged<HTTPExchange>.fromOpaque(ended).takeRetainedValue(),
                        code)
                }
            },
            connection: { server, connection, context, code in
                guard let server, let connection, let context else { return }
                Unmanaged<HTTPServer>.fromOpaque(server)._withUnsafeGuaranteedRef {
                    $0.notified(connection, context, code)
                }
            },
            target: { server, target, connection in
                guard let server, let target, let connection,
                    let client = icegate_connection_context(connection)
                else { return nil }
                return Unmanaged<HTTPServer>.fromOpaque(server)._withUnsafeGuaranteedRef {
                    let client = Unmanaged<ClientConnection>.fromOpaque(client).takeUnretainedValue()
                    return Unmanaged.passRetained($0.began(connection, client, target: target)).toOpaque()
                }
            },
            // Percent-decoding is the router's: a decoded slash is not a separator.
            unescape: { _, _, text in text.map { strlen($0) } ?? 0 },
            log: { server, format, arguments in
                guard let server, let format, let arguments else { return }
                Unmanaged<HTTPServer>.fromOpaque(server)._withUnsafeGuaranteedRef { $0.log(format, arguments) }
            })
        return icegate_start_daemon(
            listener, limits.connectionMemory, UInt32(clamping: limits.connections),
            UInt32(clamping: limits.slowClient), credentials == nil ? nil : TLSCredentials.priorities, &callbacks)
    }

    private func notified(
        _ connection: OpaquePointer, _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
        _ code: MHD_ConnectionNotificationCode
    ) {
        if code == .CONNECTION_NOTIFY_STARTED {
            context.pointee = Unmanaged.passRetained(accepted(connection)).toOpaque()
        } else if let pointer = context.pointee {
            context.pointee = nil
            closed(Unmanaged<ClientConnection>.fromOpaque(pointer).takeRetainedValue())
        }
    }

    private func log(_ format: UnsafePointer<CChar>, _ arguments: CVaListPointer) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
            let written = vsnprintf(text.baseAddress, text.count, format, arguments)
            let bytes = UnsafeRawBufferPointer(text).prefix(max(0, min(Int(written), text.count - 1)))
            log(String(decoding: bytes, as: UTF8.self).trimmingNewline)
        }
    }
}

extension String {
    fileprivate var trimmingNewline: String { last == "\n" ? String(dropLast()) : self }
}
