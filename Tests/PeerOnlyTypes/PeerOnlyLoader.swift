public import Ice

/// Knows the classes and exceptions of PeerOnly.ice, for the communicator of a server: those of clients in the same process
/// must not know them.
public struct PeerOnlyLoader: SliceLoader {
    /// Without state.
    public init() {}

    /// A ``Wolf`` or a ``Secret``.
    public func newInstance(_ typeId: String) -> AnyObject? {
        switch typeId {
        case Wolf.ice_staticId(): Wolf()
        case Secret.ice_staticId(): Secret()
        default: nil
        }
    }
}
