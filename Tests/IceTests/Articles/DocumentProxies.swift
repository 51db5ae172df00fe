// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own.

import Ice
import IceEncoding

// The proxies that the articles call, as slice2swift would write them.

/// `interface Employees { string getName(int number); }`
struct EmployeesPrx: Proxy {
    static let ice_staticId = "::Demo::Employees"
    let untyped: ObjectPrx

    func getNameAsync(_ number: Int32, context: [String: String]? = nil) throws -> InvocationFuture<String> {
        try untyped.invokeAsync("getName", context: context) { parameters in
            parameters.append(number)
        } read: { results in
            try results.readString()
        }
    }

    func getName(_ number: Int32, context: [String: String]? = nil) async throws -> String {
        try await getNameAsync(number, context: context).value
    }
}

/// `interface FileTransfer { void send(int offset, ByteSeq bytes); }`
struct FileTransferPrx: Proxy {
    static let ice_staticId = "::Demo::FileTransfer"
    let untyped: ObjectPrx

    func sendAsync(offset: Int32, bytes: [UInt8]) throws -> InvocationFuture<Void> {
        try untyped.invokeAsync("send", needs: .any) { parameters in
            parameters.append(offset)
            parameters.appendSize(bytes.count)
            parameters.append(bytes)
        } read: { _ in
        }
    }

    func send(offset: Int32, bytes: [UInt8]) async throws {
        try await sendAsync(offset: offset, bytes: bytes).value
    }
}

/// `interface Calculator { double op(int inp1, string inp2, out bool outp1, out long outp2); }`
struct CalculatorPrx: Proxy {
    static let ice_staticId = "::Demo::Calculator"
    let untyped: ObjectPrx

    func opAsync(
        inp1: Int32, inp2: String
    ) throws -> InvocationFuture<(returnValue: Double, outp1: Bool, outp2: Int64)> {
        try untyped.invokeAsync("op") { parameters in
            parameters.append(inp1)
            parameters.appendString(inp2)
        } read: { results in
            let outp1 = try results.readBool()
            let outp2 = try results.read(Int64.self)
            return (try results.readDouble(), outp1, outp2)
        }
    }

    func op(inp1: Int32, inp2: String) async throws -> (returnValue: Double, outp1: Bool, outp2: Int64) {
        try await opAsync(inp1: inp1, inp2: inp2).value
    }
}
