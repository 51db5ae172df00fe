import EventLoop
import IceEncoding
import Synchronization

/// Makes objects reachable: listens at endpoints and hands requests to servants. `docs/object-adapters.md` tells more.
public final class ObjectAdapter: Sendable {
    struct State {
        var life = AdapterLife()
        var servants = ServantMap()
        var listeners: [any EndpointListener] = []
        /// Where collocated calls come in; one of the listeners. Nil before the first one.
        var collocated: CollocatedPort?
        /// Where it listens, in the order of the configuration.
        var bound: [BoundEndpoint] = []
        var published: [Endpoint] = []
        var locator: ObjectPrx?
        var waiters = AdapterWaiters()
    }

    /// The name it was created with; empty for one without configuration.
    public let name: String
    /// What created it.
    public let communicator: Communicator
    let configuration: AdapterConfiguration
    let pipeline = DispatchPipeline()
    let state: Mutex<State>

    /// Of its connections.
    var settings: Settings { configuration.settings }

    init(_ configuration: AdapterConfiguration, communicator: Communicator, locator: ObjectPrx?) {
        name = configuration.name
        self.communicator = communicator
        self.configuration = configuration
        state = Mutex(State(locator: locator))
    }

    /// As ``name``.
    public func getName() -> String { name }

    /// As ``communicator``.
    public func getCommunicator() -> Communicator { communicator }
}

extension ObjectAdapter.State {
    init(locator: ObjectPrx?) {
        self.init(life: AdapterLife())
        self.locator = locator
    }
}
