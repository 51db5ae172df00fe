package import Ice
import IceEncoding

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

    /// Answers `greet` with `Hello, NAME!`.
    package struct Servant: Dispatcher {
        package init() {}

        package func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            switch request.current.operation {
            case "greet":
                let name = try request.readParameters { input throws(MarshalError) in try input.readString() }
                return request.current.makeOutgoingResponse { $0.appendString("Hello, \(name)!") }
            default:
                return try request.answerObjectOperation(typeIDs: ["::Ice::Object", DemoGreeter.typeID])
            }
        }
    }
}
