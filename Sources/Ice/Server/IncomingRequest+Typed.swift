import IceEncoding

extension IncomingRequest {
    // MARK: Typed dispatch

    /// Unmarshals the parameters.
    ///
    /// - Parameter read: has to read all there is, but for optional values at the end. In encoding 1.0 it may be called
    ///   twice.
    /// - Throws: ``MarshalError``.
    public func decode<Parameters>(_ read: (inout InputStream) throws -> Parameters) throws -> Parameters {
        try inEncaps.withUnsafeBytes { bytes in
            try InputStream.decode(bytes, communicator: current.adapter?.communicator, read)
        }
    }

    /// Checks that there are no parameters, but for optional values.
    ///
    /// - Throws: ``MarshalError``.
    public func decodeEmpty() throws { try decode { _ in } }

    /// Dispatches an operation: an exception that it doesn't declare becomes `.unknownUser`.
    ///
    /// - Throws: what `body` throws.
    public func validating<Response>(
        _ declared: [UserException.Type], _ body: () async throws -> Response
    ) async throws -> Response {
        do {
            return try await body()
        } catch let exception as UserException where !declared.contains(where: { $0.isKind(of: exception) }) {
            throw LocalException(.unknownUser, exception.ice_id())
        }
    }
}

extension OutgoingResponse {
    /// What a client is told of a user exception: the exception in the sliced format, in the encoding of the request.
    ///
    /// - Throws: ``MarshalError`` when it can't be written.
    init(_ exception: UserException, for current: Current) throws(MarshalError) {
        var ostr = OutputStream(
            communicator: current.adapter?.communicator, encoding: current.encoding, format: .slicedFormat)
        ostr.write(exception)
        self.init(ok: false, outEncaps: try ostr.finished())
    }
}

extension Current {
    // MARK: Typed dispatch

    /// The answer of an operation with results.
    ///
    /// - Parameter format: of instances; nil for what `Ice.Default.SlicedFormat` says.
    /// - Throws: ``MarshalError`` when something can't be written.
    public func makeOutgoingResponse(
        format: FormatType? = nil, _ write: (inout OutputStream) -> Void
    ) throws -> OutgoingResponse {
        var ostr = OutputStream(communicator: adapter?.communicator, encoding: encoding, format: format)
        write(&ostr)
        return OutgoingResponse(outEncaps: try ostr.finished())
    }
}
