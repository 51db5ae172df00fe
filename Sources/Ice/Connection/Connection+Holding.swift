import EventLoop

extension Connection {
    // MARK: Held adapters, on the loop

    /// Reads nothing more until ``resumeAfterHold()``; handshakes and what was read go on.
    func hold() {
        guard !isHeld, !isClosed, closeReason == nil else { return }
        isHeld = true
        updateInterest()
    }

    /// Reads on.
    func resumeAfterHold() {
        guard isHeld, !isClosed else { return }
        isHeld = false
        lastRead = loop.now
        handleMessages()
        updateInterest()
    }
}
