import IceEncoding

extension Communicator {
    // MARK: Object adapters of connections that this side makes

    /// What dispatches requests that arrive over new connections that this side makes; nil, as at first, when nobody
    /// does. See ``Connection/setAdapter(_:)``.
    public func getDefaultObjectAdapter() -> ObjectAdapter? { localAdapters.standard }

    /// Gives connections that are made from now on an object adapter; nil for none.
    public func setDefaultObjectAdapter(_ adapter: ObjectAdapter?) {
        guard !isDestroyed else { return }
        localAdapters.standard = adapter
    }
}
