extension Outbox {
    enum Phase: Equatable {
        /// A client's connection before the server's first message. Nothing may be sent.
        case validating
        case active
        /// No new request; CloseConnection follows when all that are pending are answered.
        case draining
        /// No new request, none pending; CloseConnection is or will be sent.
        case closing
        case closed
    }

    /// What became of a request that was to be added.
    enum Admission {
        case accepted
        /// The connection takes none; another may.
        case refused
        /// It is being cancelled; nobody shall send it.
        case withheld
        /// No message of the connection can be so long.
        case tooLarge
    }
}
