// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own.

import Ice
import IceEncoding
import IceTesting
import Testing

private struct OutOfStock: Error, Equatable {
    var item: String
    var left: Int32
}

private struct Item: Equatable {
    var name: String
    var price: Double
}

private struct TillPrx: Proxy {
    static let ice_staticId = "::Shop::Till"
    let untyped: ObjectPrx

    func listAsync(context: [String: String]? = nil) throws -> InvocationFuture<[Item]> {
        try untyped.invokeAsync("list", mode: .idempotent, context: context) { results in
            var items: [Item] = []
            for _ in 0..<(try results.readCount(minimumElementSize: 9)) {
                items.append(Item(name: try results.readString(), price: try results.readDouble()))
            }
            return items
        }
    }

    func list(context: [String: String]? = nil) async throws -> [Item] {
        try await listAsync(context: context).value
    }
}

extension TillPrx {
    func buyAsync(item: String, count: Int32) throws -> InvocationFuture<(returnValue: Double, left: Int32)> {
        try untyped.invokeAsync("buy") { parameters in
            parameters.appendString(item)
            parameters.append(count)
        } read: { results in
            let left = try results.read(Int32.self)
            return (try results.readDouble(), left)
        } userException: { exception in
            guard exception.typeId == "::Shop::OutOfStock" else { return nil }
            return OutOfStock(
                item: try exception.members.readString(), left: try exception.members.read(Int32.self))
        }
    }
}

extension TillPrx {
    func noteAsync(_ text: String) throws -> InvocationFuture<Void> {
        try untyped.invokeAsync("note", needs: .any) { parameters in
            parameters.appendString(text)
        } read: { _ in
        }
    }

    func note(_ text: String) async throws { try await noteAsync(text).value }
}

extension TillPrx {
    func twinAsync() throws -> InvocationFuture<TillPrx?> {
        let communicator = untyped.ice_getCommunicator()
        let encoding = untyped.ice_getEncodingVersion()
        return try untyped.invokeAsync("twin") { results in
            let proxy = try results.readProxy(of: communicator, encoding: encoding)
            return proxy.map { TillPrx(untyped: $0) }
        }
    }
}

/// The code of TypedProxies.md, run.
@Suite("Article: typed proxies by hand", .timeLimit(.minutes(5)))
struct TypedProxyTests {
    private let notes = Notes<String>()

    /// What the servant answers, by operation.
    private static func till(_ proxy: ObjectPrx) -> MockServant {
        MockServant(
            ["::Shop::Till"],
            operations: [
                "list": { request in
                    let encaps = Encapsulation.make(request.current.encoding) { results in
                        results.appendSize(1)
                        results.appendString("tea")
                        results.appendDouble(1.5)
                    }
                    return OutgoingResponse(outEncaps: encaps)
                },
                "buy": { request in
                    let count = try Encapsulation.read(request.inEncaps) { parameters in
                        _ = try parameters.readString()
                        return try parameters.read(Int32.self)
                    }
                    guard count <= 5 else { return OutgoingResponse(ok: false, outEncaps: outOfStock) }
                    let encaps = Encapsulation.make { results in
                        results.append(5 - count)
                        results.appendDouble(Double(count) * 1.5)
                    }
                    return OutgoingResponse(outEncaps: encaps)
                },
                "note": { OutgoingResponse(emptyFor: $0.current.encoding) },
                "twin": { request in
                    let encoding = request.current.encoding
                    return OutgoingResponse(
                        outEncaps: Encapsulation.make(encoding) { $0.appendProxy(proxy, encoding: encoding) })
                },
            ])
    }

    private static let outOfStock = Encapsulation.make { exception in
        exception.append(0x21 as UInt8)
        exception.appendString("::Shop::OutOfStock")
        exception.appendString("tea")
        exception.append(3 as Int32)
    }

    private func withTill(_ body: (ObjectPrx, MockServant) async throws -> Void) async throws {
        try await withCommunicator { server in
            let adapter = try server.createObjectAdapterWithEndpoints(name: "Till", endpoints: "tcp -h 127.0.0.1 -p 0")
            let proxy = try adapter.createProxy(Identity(name: "till"))
            let servant = Self.till(proxy)
            try adapter.add(servant: servant, identity: Identity(name: "till"))
            try adapter.activate()
            try await withCommunicator { client in
                try await body(#require(try client.makeProxy("\(proxy)")), servant)
            }
        }
    }

    @Test("11: results and exceptions")
    func calls() async throws {
        try await withTill { proxy, servant in
            try await buy(proxy)
            #expect(notes.all == ["3.0, 3 left", "only 3 left"])

            let till = TillPrx(untyped: proxy)
            #expect(try await till.list() == [Item(name: "tea", price: 1.5)])
            #expect("\(till)" == "\(proxy)")
            try await TillPrx(untyped: till.untyped.ice_oneway()).note("hello")
            await servant.waitForCalls("note", count: 1)
        }
    }

    @Test("proxies as values, in both encodings", arguments: [EncodingVersion.v1_0, .v1_1])
    func twin(encoding: EncodingVersion) async throws {
        try await withTill { proxy, _ in
            let till = TillPrx(untyped: proxy.ice_encodingVersion(encoding))
            let twin = try #require(try await till.twinAsync().value)
            #expect(twin.untyped == till.untyped)
            #expect(twin.untyped.ice_getCommunicator() === proxy.ice_getCommunicator())
            try await twin.note("hello")
        }
    }

    private func buy(_ proxy: ObjectPrx) async throws {
        guard let till = try await checkedCast(prx: proxy, type: TillPrx.self) else { return }
        do {
            let receipt = try await till.buyAsync(item: "tea", count: 2).value
            notes.add("\(receipt.returnValue), \(receipt.left) left")
            _ = try await till.buyAsync(item: "tea", count: 200).value
        } catch let error as OutOfStock {
            notes.add("only \(error.left) left")
        }
    }
}
