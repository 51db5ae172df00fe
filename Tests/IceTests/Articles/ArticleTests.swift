import EventLoop
import Foundation
import Glibc
import Ice
import IceEncoding
import IceTesting
import Testing

/// The code of the articles in Sources/Ice/Ice.docc, run. ``ArticleCodeTests`` sees to it that there is no other.
@Suite("Articles for readers of Ice's documents", .timeLimit(.minutes(5)))
struct ArticleTests {
    private let names = Notes<String>()
    private let failures = Notes<String>()
    private let sent = Notes<Bool>()

    @Test("9, 57-63: from begin and end")
    func beginAndEnd() async throws {
        try await withDocumentServer { proxy, _ in
            let employees = EmployeesPrx(untyped: proxy)
            let future = try employees.getNameAsync(99)
            // Continue to do other things here...
            let name = try await future.value
            #expect(name == "employee 99")
            if let error = try await future.exception { throw error }

            let done = Gate()
            try employees.getNameAsync(99).onCompletion { result in
                switch result {
                case .success(let name): names.add("Name is: \(name)")
                case .failure(let error): names.add("Exception is: \(error)")
                }
                done.open()
            }
            try await onThread { try done.wait() }
            #expect(names.all == ["Name is: employee 99"])

            let widget1 = Notes<String>()
            let widget2 = Notes<String>()
            let both = Countdown(2)
            for (number, widget) in [(99, widget1), (24, widget2)] as [(Int32, Notes<String>)] {
                try employees.getNameAsync(number).onCompletion { result in
                    if case .success(let name) = result { widget.add(name) }
                    both.down()
                }
            }
            _ = try await onThread { both.wait() }
            #expect(widget1.all == ["employee 99"] && widget2.all == ["employee 24"])
            await endOfTurn(proxy)

            let request = try employees.getNameAsync(99)
            request.onSent { sentSynchronously in
                sent.add(sentSynchronously)
            }
            _ = try await request.value
            #expect(sent.all == [true])

            let cancelled = try employees.getNameAsync(99)
            if cancelled.cancel() {
                #expect(cancelled.isDone && cancelled.isCancelled)
            }
        }
    }

    @Test("invocation futures")
    func futures() async throws {
        try await withDocumentServer { proxy, servant in
            let employees = EmployeesPrx(untyped: proxy)
            let calculator = CalculatorPrx(untyped: proxy)
            let results = try await calculator.opAsync(inp1: 42, inp2: "value for inp2").value
            #expect(results.returnValue == 0.5 && results.outp1 && results.outp2 == 7)

            let done = Gate()
            try employees.getNameAsync(99).onCompletion { result in
                switch result {
                case .success(let name): names.add(name)
                case .failure(let error): failures.add("\(error)")
                }
                done.open()
            }
            try await onThread { try done.wait() }
            try await onThread { try poll(employees) }
            #expect(names.all == ["employee 99", "employee 99"] && failures.all.isEmpty)

            let file = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
            try await transfer(file, to: FileTransferPrx(untyped: proxy), chunkSize: 1000, window: 5)
            #expect(servant.file == file)

            let future = try employees.getNameAsync(99)
            future.onSent { sentSynchronously in
                // The request was sent, send another!
                sent.add(sentSynchronously)
            }
            _ = try await future.value
            #expect(sent.all.count == 1)

            guard let connection = try await proxy.ice_getConnection() else { return }
            #expect(connection.unsentBytes == 0 && connection.unsentRequests == 0)

            let batch = FileTransferPrx(untyped: proxy.ice_batchOneway())
            for chunk in 0..<3 { try await batch.send(offset: Int32(chunk), bytes: [1, 2, 3]) }
            try await batch.untyped.ice_flushBatchRequests()
            // On one connection: what is answered later came later.
            try await proxy.ice_ping()
        }
    }

    private func doOtherThings() { sched_yield() }

    private func poll(_ employees: EmployeesPrx) throws {
        let future = try employees.getNameAsync(99)
        while !future.isDone { doOtherThings() }
        names.add(try future.wait(timeout: .zero))
    }

    @Test("awaiting invocations")
    func awaiting() async throws {
        try await withDocumentServer { proxy, _ in
            let employees = EmployeesPrx(untyped: proxy)
            let name = try await employees.getName(99)
            let future = try employees.getNameAsync(99)
            // Continue to do other things here...
            let sameName = try await future.value
            #expect(name == sameName)
            try await useCommunicator("\(proxy)")

            let task = Task { try await employees.getName(99) }
            task.cancel()
            _ = await task.result

            let futures = try (1...100).map { try employees.getNameAsync($0) }
            for future in futures { names.add(try await future.value) }
            #expect(names.all == ["employee 99"] + (1...100).map { "employee \($0)" })

            let oneway = proxy.ice_oneway()
            try await oneway.ice_ping()

            await report(EmployeesPrx(untyped: try #require(try proxy.ice_getCommunicator().makeProxy("nobody"))))
            #expect(failures.all.count == 1)
        }
    }

    private func useCommunicator(_ text: String) async throws {
        let communicator = try Communicator()
        do {
            let proxy = try #require(try communicator.makeProxy(text))
            let employees = try #require(try await checkedCast(prx: proxy, type: EmployeesPrx.self))
            names.add(try await employees.getName(99))
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    private func report(_ employees: EmployeesPrx) async {
        do {
            let name = try await employees.getName(99)
            names.add(name)
        } catch let error as LocalException where error.code == .connectionRefused {
            failures.add("nobody listens: \(error.message)")
        } catch let error as LocalException {
            failures.add("\(error)")
        } catch {
            Issue.record(error)
        }
    }

    @Test("the first lines")
    func first() async throws {
        let communicator = try Communicator()
        let proxy = try communicator.makeProxy("employees:tcp -h localhost -p 4061")
        #expect(proxy?.ice_getIdentity() == Identity(name: "employees"))
        await communicator.destroy()
    }
}

private func transfer(_ file: [UInt8], to fileTransfer: FileTransferPrx, chunkSize: Int, window: Int) async throws {
    var offset = 0
    var results: [InvocationFuture<Void>] = []
    while offset < file.count {
        // Send up to window + 1 chunks asynchronously.
        let bytes = Array(file[offset..<min(offset + chunkSize, file.count)])
        let future = try fileTransfer.sendAsync(offset: Int32(offset), bytes: bytes)
        offset += bytes.count
        // Wait until this request has been passed to the transport.
        _ = try await future.sent()
        results.append(future)
        // Once there are more than window, wait for the least recent one to complete.
        while results.count > window { try await results.removeFirst().value }
    }
    // Wait for any remaining requests to complete.
    for future in results { try await future.value }
}
