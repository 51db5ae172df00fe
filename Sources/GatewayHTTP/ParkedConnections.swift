/// Connections suspended between two requests, in the order of their parking; linked through themselves.
struct ParkedConnections {
    /// The one that is parked for the longest time.
    unowned(unsafe) private(set) var first: ClientConnection?
    unowned(unsafe) private var last: ClientConnection?

    mutating func append(_ client: ClientConnection) {
        client.isParked = true
        client.parkedBefore = last
        client.parkedAfter = nil
        if let last { last.parkedAfter = client } else { first = client }
        last = client
    }

    /// Does nothing to a connection that is not parked.
    mutating func remove(_ client: ClientConnection) {
        guard client.isParked else { return }
        client.isParked = false
        let (before, after) = (client.parkedBefore, client.parkedAfter)
        if let before { before.parkedAfter = after } else { first = after }
        if let after { after.parkedBefore = before } else { last = before }
    }
}
