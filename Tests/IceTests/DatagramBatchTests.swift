import Ice
import IceEncoding
import IceTesting
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("Batches and compressed requests as datagrams", .timeLimit(.minutes(5)))
struct DatagramBatchTests {
    private static let zeros = [UInt8](repeating: 0, count: 70_000)

    @Test("45: a flushed batch is one datagram with the bytes of a real client")
    func bytes() async throws {
        let recorded = try DatagramClientTests.recorded("udp-batch-2")
        try await DatagramClientTests.withPeer { proxy, peer in
            let batch = proxy.ice_identity(Identity(name: "r")).ice_batchDatagram()
            for _ in 0..<2 { _ = try await batch.ice_invoke(operation: "ok", mode: .normal) }
            #expect(try peer.receiveAtOnce() == nil)
            try await batch.ice_flushBatchRequests()
            let (datagram, _) = try await peer.next()
            #expect(datagram == recorded)
        }
    }

    @Test("47: so is one of proxies that are fixed to the connection")
    func fixed() async throws {
        let recorded = try DatagramClientTests.recorded("udp-batch-2")
        try await DatagramClientTests.withPeer { proxy, peer in
            let connection = try #require(try await proxy.ice_getConnection())
            let batch = proxy.ice_identity(Identity(name: "r")).ice_fixed(connection).ice_batchDatagram()
            for _ in 0..<2 { _ = try await batch.ice_invoke(operation: "ok", mode: .normal) }
            try await connection.flushBatchRequests(.basedOnProxy)
            let (datagram, _) = try await peer.next()
            #expect(datagram == recorded)
        }
    }

    @Test("39, 49: what no longer fits leaves first; a single request that fits no datagram fails with its flush")
    func limit() async throws {
        try await DatagramClientTests.withPeer(["Ice.UDP.SndSize": "1028"]) { proxy, peer in
            let batch = proxy.ice_batchDatagram()
            let half = Encapsulation.make { $0.append([UInt8](repeating: 1, count: 450)) }
            for _ in 0..<3 { _ = try await batch.ice_invoke(operation: "op", mode: .normal, inEncaps: half) }
            let (first, _) = try await peer.next()
            #expect(first.count <= 1_000 && first[14..<18] == [2, 0, 0, 0])
            try await batch.ice_flushBatchRequests()
            let (second, _) = try await peer.next()
            #expect(second[14..<18] == [1, 0, 0, 0])
            let long = Encapsulation.make { $0.append([UInt8](repeating: 1, count: 1_000)) }
            _ = try await batch.ice_invoke(operation: "op", mode: .normal, inEncaps: long)
            await #expect(throws: LocalException(.datagramLimit, "")) { try await batch.ice_flushBatchRequests() }
            try await batch.ice_flushBatchRequests()
            #expect(try peer.receiveAtOnce() == nil)
        }
    }

    @Test("compressed requests and batches arrive; the limit counts before compression")
    func compressed() async throws {
        let parameters = Encapsulation.make { $0.append(Array(Self.zeros.prefix(60_000))) }
        let tooLong = Encapsulation.make { $0.append(Self.zeros) }
        try await DatagramClientTests.withPeer { proxy, peer in
            let compressed = proxy.ice_compress(true)
            _ = try await compressed.ice_invoke(operation: "op", mode: .normal, inEncaps: parameters)
            let (datagram, _) = try await peer.next()
            #expect(datagram.count < 1_000 && datagram[9] == 2)
            await #expect(throws: LocalException(.datagramLimit, "")) {
                try await compressed.ice_invoke(operation: "op", mode: .normal, inEncaps: tooLong)
            }
        }
        try await withGreeter(endpoint: "udp -h 127.0.0.1 -p 0 -z") { proxy, servant in
            servant.on("op") { request in
                guard request.inEncaps == parameters else { throw LocalException(.marshal, "") }
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let datagram = proxy.ice_datagram()
            _ = try await datagram.ice_invoke(operation: "op", mode: .normal, inEncaps: parameters)
            let batch = proxy.ice_batchDatagram()
            _ = try await batch.ice_invoke(operation: "op", mode: .normal, inEncaps: parameters)
            try await batch.ice_flushBatchRequests()
            await servant.waitForCalls("op", count: 2)
        }
    }
}
