package import Ice
package import IceEncoding

/// The embedded demo: the interface everybody starts with, and a servant for it.
package enum DemoGreeter {
    /// The same text as `slice/Greeter.ice`.
    package static let slice = """
        /// What every first Ice program calls.
        module VisitorCenter
        {
            /// Greets visitors.
            interface Greeter
            {
                /// Creates a greeting for a visitor.
                /// @param name The visitor's name.
                /// @return The greeting.
                string greet(string name);
            }
        }

        """

    package static let identity = Identity(name: "greeter")
    package static let typeID = "::VisitorCenter::Greeter"

    package static let greeting = "Hello"

    /// Answers `greet` with `Hello, NAME!`, or with another greeting.
    package struct Servant: Ice.Servant {
        private let greeting: String

        package init(greeting: String = DemoGreeter.greeting) { self.greeting = greeting }

        package var iceTypeIds: [String] { [DemoGreeter.typeID] }

        package func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            guard request.current.operation == "greet" else {
                throw LocalException(.operationNotExist, "Greeter has no operation '\(request.current.operation)'")
            }
            let name = try request.inEncaps.withUnsafeBytes { bytes throws(MarshalError) in
                var cursor = InputCursor(bytes)
                var payload = try cursor.readEncapsulation().payload
                return try payload.readString()
            }
            var result = OutputBuffer(minimumCapacity: 32 + greeting.utf8.count + name.utf8.count)
            let start = result.beginEncapsulation(request.current.encoding)
            result.appendString("\(greeting), \(name)!")
            result.endEncapsulation(start)
            return OutgoingResponse(outEncaps: Array(result.bytes))
        }
    }
}
