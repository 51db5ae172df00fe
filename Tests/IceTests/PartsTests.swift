import EventLoop
import Glibc
import IceEncoding
import IceTesting
import Synchronization
import Testing

@testable import Ice

@Suite("Pending requests by id")
struct PendingTableTests {
    @Test("ids count from 1, and from 1 again after the last")
    func wraps() {
        var table = PendingTable<String>()
        #expect(table.insert("a") == 1)
        #expect(table.insert("b") == 2)
        var late = PendingTable<String>(lastId: .max - 1)
        #expect(late.insert("c") == .max)
        #expect(late.insert("d") == 1)
        #expect(late.remove(.max) == "c")
    }

    @Test("an element is found once, a strange id never")
    func removes() {
        var table = PendingTable<Int>()
        let id = table.insert(7)
        for strange in [0, -1, id + 64, id - 64, .min, .max] { #expect(table.remove(strange) == nil) }
        #expect(table.remove(id) == 7)
        #expect(table.remove(id) == nil)
        #expect(table.count == 0)
    }

    @Test("an old request keeps its id while thousands pass")
    func oldOnes() {
        var table = PendingTable<Int>()
        let old = table.insert(-1)
        for number in 0..<100_000 {
            let id = table.insert(number)
            #expect(id != old)
            #expect(table.remove(id) == number)
        }
        #expect(table.remove(old) == -1)
    }

    @Test("a reserved id is nobody's until it is filled")
    func reserves() {
        var table = PendingTable<Int>(capacity: 4)
        let (kept, given) = (table.reserve(), table.reserve())
        let others = (0..<100).map { table.insert($0) }
        #expect(!others.contains(kept) && !others.contains(given))
        #expect(table.element(kept) == nil && table.remove(kept) == nil)
        table.fill(kept, 7)
        table.release(kept)
        table.release(given)
        table.release(given)
        table.release(0)
        #expect(table.count == 101)
        #expect(table.remove(kept) == 7)
        #expect(table.removeAll().count == 100)
        let late = table.reserve()
        #expect(table.removeAll().isEmpty)
        table.fill(late, 8)
        table.release(late)
        #expect(table.count == 0 && table.remove(late) == nil)
    }

    @Test("it grows and loses nothing")
    func grows() {
        var table = PendingTable<Int>(capacity: 4)
        let ids = (0..<5000).map { table.insert($0) }
        #expect(Set(ids).count == 5000)
        for (number, id) in ids.enumerated().reversed() { #expect(table.remove(id) == number) }
        #expect(table.removeAll().isEmpty)
    }
}

@Suite("Bytes that arrive")
struct ReadBufferTests {
    @Test("what goes in comes out, whatever the pieces", arguments: [1, 3, 100, 2048, 5000, 40_000])
    func pieces(size: Int) {
        var buffer = ReadBuffer(initialCapacity: 4096)
        var written = 0
        var read = 0
        while read < 100_000 {
            _ = buffer.fill { room in
                let count = min(size, room.count, 100_000 - written)
                for index in 0..<count { room[index] = UInt8(truncatingIfNeeded: (written + index) / 7) }
                written += count
                return count
            }
            // Messages of 1500 bytes.
            while buffer.bytes.count >= 1500 || written == 100_000 && buffer.bytes.count > 0 {
                let count = min(1500, buffer.bytes.count)
                for index in 0..<count where buffer.bytes[index] != UInt8(truncatingIfNeeded: (read + index) / 7) {
                    Issue.record("byte \(read + index) is wrong")
                    return
                }
                buffer.consume(count)
                read += count
            }
        }
        #expect(read == 100_000)
        #expect(buffer.capacity <= 16_384)
    }

    @Test("it grows with what arrives and shrinks afterwards")
    func shrinks() {
        var buffer = ReadBuffer(initialCapacity: 4096)
        while buffer.bytes.count < 1_000_000 {
            _ = buffer.fill { room in
                room.initializeMemory(as: UInt8.self, repeating: 1)
                return room.count
            }
            #expect(buffer.capacity <= max(4096, 4 * buffer.bytes.count))
        }
        buffer.consume(buffer.bytes.count)
        for _ in 0..<20 { buffer.trim() }
        #expect(buffer.capacity == 4096)
    }
}

/// A connection on a socket pair whose loop does not run: the test is the loop.
@Suite("A connection by itself")
struct ConnectionTests {
    @Test("validation, and then a reply, byte by byte")
    func byteByByte() throws {
        let fixture = try LoneConnection()
        for byte in RawConnection.validation {
            #expect(!fixture.owner.isValidated)
            fixture.receive([byte])
        }
        #expect(fixture.owner.isValidated)
        let recorder = Recorder()
        _ = fixture.request(recorder)
        fixture.connection.flush()
        let request = fixture.sent()
        for byte in RawMessages.reply(to: request) {
            #expect(recorder.endCount == 0)
            fixture.receive([byte])
        }
        #expect(recorder.events == [.sent, .replied(.ok, [6, 0, 0, 0, 1, 1])])
        #expect(fixture.owner.failures.isEmpty)
    }

    @Test("requests of one turn leave in one write, in their order, with ids from 1")
    func oneWrite() throws {
        let fixture = try LoneConnection()
        fixture.receive(RawConnection.validation)
        let recorders = (0..<3).map { _ in Recorder() }
        for (index, recorder) in recorders.enumerated() {
            _ = fixture.request(recorder, operation: "op\(index)", isTwoway: index != 1)
        }
        #expect(fixture.sent().isEmpty)
        #expect(recorders.allSatisfy { $0.events.isEmpty })
        fixture.connection.flush()
        #expect(recorders.allSatisfy { $0.events == [.sent] })
        let bytes = fixture.sent()
        let size = bytes.count / 3
        #expect([14, 14 + size, 14 + 2 * size].map { bytes[$0] } == [1, 0, 2])
    }

    @Test("nothing may be sent before validation or after the end")
    func refuses() throws {
        let fixture = try LoneConnection()
        let recorder = Recorder()
        let invocation = Invocation(
            RequestTemplate(identity: Identity(name: "o"), operation: "op", mode: .normal),
            isTwoway: true, isIdempotent: false, isCounted: false, invoker: fixture.invoker, observer: recorder)
        func admission() -> Outbox.Admission {
            recorder.payload.withUnsafeBytes { fixture.connection.enqueue(invocation, payload: $0) }
        }
        #expect(admission() == .refused)
        fixture.receive(RawConnection.validation)
        fixture.connection.close(LocalException(.connectionClosed, ""))
        #expect(admission() == .refused)
        fixture.connection.flush()
        #expect(fixture.sent() == RawConnection.closeConnection)
        fixture.connection.fail(LocalException(.connectionLost, ""))
        #expect(admission() == .refused)
    }

    @Test("a request half written is finished before CloseConnection and counts as sent; later ones leave no byte")
    func closesBehindHalfRequest() throws {
        let fixture = try LoneConnection(["Ice.RetryIntervals": "-1"])
        fixture.receive(RawConnection.validation)
        let big = Recorder(payload: Encapsulation.make { $0.append([UInt8](repeating: 1, count: 2_000_000)) })
        let small = Recorder()
        let invocations = [fixture.request(big), fixture.request(small)]
        fixture.connection.flush()
        #expect(big.events.isEmpty)
        fixture.connection.close(LocalException(.communicatorDestroyed, ""))
        #expect(big.events == [.failed(.communicatorDestroyed, wasSent: true)])
        #expect(small.events == [.failed(.communicatorDestroyed, wasSent: false)])
        var received: [UInt8] = []
        while received.suffix(14) != RawConnection.closeConnection {
            received += fixture.sent()
            fixture.connection.ready(fixture.connection.descriptor, .writable)
        }
        #expect(received.count == 14 + 4 + 10 + 2_000_006 + 14 - 1)
        withExtendedLifetime(invocations) {}
    }

    @Test("a peer that makes requests and takes no replies is read no further, until it takes them")
    func unreadReplies() throws {
        let fixture = try LoneConnection()
        let connection = fixture.connection
        fixture.receive(RawConnection.validation)
        let requests = Array(repeatElement(RawMessages.request(operation: "ice_ping"), count: 500).joined())
        var received = 0
        while !connection.isReadingPaused, received < 100 << 20 {
            fixture.receive(requests)
            connection.flush()
            received += requests.count
        }
        #expect(connection.isReadingPaused)
        #expect(connection.isWatchingWritable && !connection.isWatchingReadable)
        #expect(
            (Connection.maximumUnsentReplies / 2...Connection.maximumUnsentReplies * 2).contains(connection.unsentBytes)
        )
        // What the peer goes on to send stays with the system.
        let unsent = connection.unsentBytes
        _ = requests.withUnsafeBytes { write(fixture.peer, $0.baseAddress, $0.count) }
        connection.ready(connection.descriptor, .readable)
        #expect(connection.unsentBytes == unsent)

        while connection.unsentBytes > 0 {
            _ = fixture.sent()
            connection.ready(connection.descriptor, .writable)
        }
        #expect(connection.isWatchingReadable && !connection.isWatchingWritable)
        connection.ready(connection.descriptor, .readable)
        #expect(connection.unsentBytes > 0)
        connection.flush()
        #expect(!fixture.sent().isEmpty)
        let recorder = Recorder()
        _ = fixture.request(recorder)
        connection.flush()
        fixture.receive(RawMessages.reply(to: fixture.sent()))
        #expect(recorder.endCount == 1)
        #expect(fixture.owner.failures.isEmpty)
    }

    @Test("requests given up before a byte of them left leave no byte, and those around them all", arguments: 1...7)
    func withdraws(seed: Int) throws {
        let fixture = try LoneConnection(["Ice.RetryIntervals": "-1"])
        fixture.receive(RawConnection.validation)
        // The first one is half written, which blocks the others.
        let recorders = (0..<200).map { number in
            Recorder(
                payload: Encapsulation.make {
                    $0.append(
                        number == 0
                            ? Compression.noise(400_000)
                            : [UInt8](repeating: UInt8(number), count: 600 * number % 14_000 + 1))
                })
        }
        var invocations: [Invocation] = []
        for (number, recorder) in recorders.enumerated() {
            invocations.append(fixture.request(recorder, compresses: seed > 4 && number % 4 < 3))
            if number == 0 { fixture.connection.flush() }
            // Other messages stand between the requests.
            if number % 10 == 5 { fixture.connection.outbox.withLock { $0.append(.validateConnection) } }
        }
        let all = fixture.connection.unsentBytes
        func isKept(_ number: Int) -> Bool { number == 0 || number * seed % 8 < 3 }
        var withdrawn = 0
        for (number, invocation) in invocations.enumerated() where !isKept(number) {
            #expect(!fixture.connection.withdraw(invocation))
            #expect(!fixture.connection.withdraw(invocation))
            withdrawn += invocation.range.count
            #expect(fixture.connection.unsentBytes == all - withdrawn)
        }
        #expect(fixture.connection.withdraw(invocations[0]))
        var bytes: [UInt8] = []
        repeat {
            bytes += fixture.sent()
            fixture.connection.ready(fixture.connection.descriptor, .writable)
        } while fixture.connection.unsentBytes > 0
        bytes += fixture.sent()
        var arrived: [Int] = []
        var heartbeats = 0
        while bytes.count >= 14 {
            let size = bytes[10..<14].reversed().reduce(0) { $0 << 8 | Int($1) }
            if bytes[8] == 3 {
                heartbeats += 1
            } else {
                let message = try Compression.inflated(Array(bytes[..<size]))
                let number = try #require(
                    recorders.firstIndex { message.suffix($0.payload.count) == $0.payload[...] })
                arrived.append(number)
            }
            bytes.removeFirst(size)
        }
        #expect(bytes.isEmpty)
        #expect(heartbeats == 20)
        #expect(arrived == (0..<200).filter(isKept))
        for (number, recorder) in recorders.enumerated() {
            #expect(recorder.events == (isKept(number) ? [.sent] : []))
        }
    }

    @Test("a request that is cancelled or whose connection ends while it is compressed is not sent and keeps no id")
    func leavesWhileCompressed() throws {
        let fixture = try LoneConnection()
        fixture.receive(RawConnection.validation)
        let payload = Encapsulation.make { $0.append(Compression.prose(1_000)) }
        let invocation = Invocation(
            RequestTemplate(identity: Identity(name: "o"), operation: "op", mode: .normal),
            isTwoway: true, isIdempotent: false, isCounted: false, invoker: fixture.invoker, observer: Recorder())
        invocation.compresses = true
        payload.withUnsafeBytes { payload in
            fixture.connection.withPrepared(invocation, payload: payload) { prepared in
                #expect(prepared?.requestId == 1 && prepared?.bytes[9] == 2)
                _ = invocation.prepareCancel()
                fixture.connection.outbox.withLock { outbox in
                    #expect(outbox.isQuiet == true)
                    #expect(outbox.append(invocation, payload: payload, prepared: prepared) == .withheld)
                    #expect(outbox.pending.count == 0 && outbox.unsentBytes == 0)
                }
            }
            invocation.isCancelRequested.store(false, ordering: .relaxed)
            fixture.connection.withPrepared(invocation, payload: payload) { prepared in
                #expect(prepared?.requestId == 2)
                fixture.connection.fail(LocalException(.connectionLost, ""))
                fixture.connection.outbox.withLock { outbox in
                    #expect(outbox.append(invocation, payload: payload, prepared: prepared) == .refused)
                    #expect(outbox.pending.count == 0 && outbox.unsentBytes == 0)
                }
            }
            fixture.connection.withPrepared(invocation, payload: payload) { #expect($0 == nil) }
        }
    }

    @Test("a connection that is to close waits for no request that is still being compressed")
    func drainsWhileCompressed() throws {
        let fixture = try LoneConnection()
        fixture.receive(RawConnection.validation)
        let payload = Encapsulation.make { $0.append(Compression.prose(1_000)) }
        let invocation = Invocation(
            RequestTemplate(identity: Identity(name: "o"), operation: "op", mode: .normal),
            isTwoway: true, isIdempotent: false, isCounted: false, invoker: fixture.invoker, observer: Recorder())
        invocation.compresses = true
        payload.withUnsafeBytes { payload in
            fixture.connection.withPrepared(invocation, payload: payload) { prepared in
                #expect(prepared != nil)
                fixture.connection.drain(LocalException(.connectionClosed, ""))
                #expect(fixture.connection.closeReason != nil)
                fixture.connection.outbox.withLock { outbox in
                    #expect(outbox.append(invocation, payload: payload, prepared: prepared) == .refused)
                }
            }
        }
        fixture.connection.flush()
        #expect(fixture.sent() == RawConnection.closeConnection)
    }

    @Test("an announced length allocates nothing before bytes come")
    func announcedLength() throws {
        let fixture = try LoneConnection(["Ice.MessageSizeMax": "1048576"])
        fixture.receive(RawConnection.validation)
        var header = RawMessages.reply(id: [1, 0, 0, 0]).prefix(14)
        header.replaceSubrange(10..<14, with: [0, 0, 0, 0x40])
        fixture.receive(header)
        #expect(fixture.owner.failures.isEmpty)
        #expect(fixture.connection.input.capacity <= 16_384)
    }

    @Test("CloseConnection before the write fails is what counts")
    func closeBeforeWrite() throws {
        let fixture = try LoneConnection(["Ice.RetryIntervals": "-1"])
        fixture.receive(RawConnection.validation)
        let bytes = RawConnection.closeConnection
        _ = bytes.withUnsafeBytes { write(fixture.peer, $0.baseAddress, $0.count) }
        shutdown(fixture.peer, Int32(SHUT_RDWR))
        let recorder = Recorder()
        _ = fixture.request(recorder, isTwoway: true)
        fixture.connection.flush()
        #expect(fixture.owner.failures == [LocalException(.closeConnection, "")])
    }

    @Test("a heartbeat goes out when nothing else did")
    func heartbeat() throws {
        let fixture = try LoneConnection(["Ice.Connection.Client.IdleTimeout": "0.000001"])
        fixture.receive(RawConnection.validation)
        let timer = try #require(fixture.connection.heartbeatTimer)
        fixture.loop.cancel(timer)
        fixture.connection.timerFired(Connection.heartbeatTag)
        fixture.connection.flush()
        #expect(fixture.sent() == RawConnection.validation)
    }
}
