import EventLoop
import Gateway
import Glibc

/// What to do when the gateway can't listen.
enum ListenHint {
    static func hint(for error: any Error, _ listen: ListenAddress) -> String? {
        switch (error as? SystemError)?.code {
        case EADDRINUSE:
            let other = ListenAddress(host: listen.host, port: listen.port == .max ? 8080 : listen.port + 1)
            return
                "another program listens there (ss -ltnp shows which); choose another port, as --listen \(other), or port 0 for any"
        case EACCES:
            return
                "ports below 1024 need a privilege (CAP_NET_BIND_SERVICE); choose another, as --listen \(listen.host):8080"
        case EADDRNOTAVAIL:
            return "no network interface of this machine has that address; 0.0.0.0:\(listen.port) is all it has"
        default: return nil
        }
    }
}
