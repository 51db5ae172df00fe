import Ice
import IceEncoding

extension ServiceConfiguration.Mode {
    var isDatagram: Bool { self == .datagram || self == .batchDatagram }
    var isBatch: Bool { self == .batchOneway || self == .batchDatagram }
    var isTwoway: Bool { self == .twoway }
}

extension Proxy {
    /// Whether its requests are datagrams, one by one or in batches.
    var sendsDatagrams: Bool { ice_isDatagram() || ice_isBatchDatagram() }
}

extension Route {
    /// How it is called when the request doesn't say.
    package var mode: ServiceConfiguration.Mode {
        guard !isTwoway else { return .twoway }
        return oneway(isBatch: isBatch, isDatagram: isDatagram)
    }

    /// A mode without answer. Whatever has no answer is a datagram where the service takes nothing else.
    func oneway(isBatch: Bool, isDatagram: Bool) -> ServiceConfiguration.Mode {
        switch (isDatagram || self.isDatagram, isBatch) {
        case (false, false): .oneway
        case (false, true): .batchOneway
        case (true, false): .datagram
        case (true, true): .batchDatagram
        }
    }
}

extension GatewayShard {
    // MARK: What sends requests of a mode

    /// By service and mode; those of ``GatewayShard/targets`` are not among them.
    struct InvokerKey: Hashable {
        var serviceIndex: Int
        var mode: ServiceConfiguration.Mode
    }

    /// The proxy's own invoker, or one of another mode that counts its requests together with it.
    func invoker(_ route: Route, _ mode: ServiceConfiguration.Mode) -> Invoker {
        let target = target(of: route)
        guard mode.isBatch || mode.isDatagram != route.isDatagram else { return target }
        let key = InvokerKey(serviceIndex: route.serviceIndex, mode: mode)
        if let known = otherInvokers[key] { return known }
        let proxy = gateway.routes.services[route.serviceIndex].proxy.inMode(mode)
        // Where each object has a target of its own there is no end to them, and few are called so.
        guard objectTargets[route.serviceIndex] == nil else {
            return communicator.makeInvoker(proxy.ice_identity(route.identity), on: loop, countedWith: target)
        }
        let invoker = communicator.makeInvoker(proxy, on: loop, countedWith: target)
        otherInvokers[key] = invoker
        return invoker
    }

    /// What sends a service's requests that need nothing else: one by one, with the runtime's retries.
    static func proxy(of service: RouteTable.Service) -> ObjectPrx {
        service.proxy.inMode(service.proxy.sendsDatagrams ? .datagram : .oneway)
    }
}

extension ObjectPrx {
    fileprivate func inMode(_ mode: ServiceConfiguration.Mode) -> ObjectPrx {
        switch mode {
        case .twoway: ice_twoway()
        case .oneway: ice_oneway()
        case .batchOneway: ice_batchOneway()
        case .datagram: ice_datagram()
        case .batchDatagram: ice_batchDatagram()
        }
    }
}
