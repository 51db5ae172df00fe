import Synchronization
import Testing

@testable import Gateway

/// Changes that expectations can make.
private final class Table {
    private var table: KeptTable<String, Int>

    init(_ table: KeptTable<String, Int>) { self.table = table }

    var count: Int { table.count }
    var bytes: Int { table.bytes }
    var endedPlaces: Int { table.endedPlaces }

    func insert(_ key: String, _ value: Int, bytes: Int, now: UInt64) -> Bool {
        table.insert(key, value, bytes: bytes, now: now)
    }

    func find(_ key: String, now: UInt64) -> Int? { table.find(key, now: now) }

    func end(_ key: String, bytes: Int, now: UInt64) { table.end(key, bytes: bytes, now: now) }

    func remove(_ key: String) -> Int? { table.remove(key) }
}

@Suite struct KeptTableTests {
    private func table(maximum: Int = 3, bytes: Int = 100, keep: UInt64 = 10) -> Table {
        Table(KeptTable(maximum: maximum, maximumBytes: bytes, keep: keep))
    }

    @Test("what runs never goes, however old it is and however full it gets")
    func running() {
        let table = table()
        for key in ["a", "b", "c"] { #expect(table.insert(key, 1, bytes: 1, now: 0)) }
        #expect(!table.insert("d", 1, bytes: 1, now: 1_000))
        #expect(table.count == 3 && table.find("a", now: 1_000_000) == 1)
    }

    @Test("room is made by those that ended, the oldest first")
    func oldestFirst() {
        let table = table()
        for key in ["a", "b", "c"] { #expect(table.insert(key, 1, bytes: 1, now: 0)) }
        table.end("b", bytes: 1, now: 1)
        table.end("a", bytes: 1, now: 2)
        #expect(table.insert("d", 1, bytes: 1, now: 3))
        #expect(table.find("b", now: 3) == nil && table.find("a", now: 3) == 1)
        #expect(table.insert("e", 1, bytes: 1, now: 3))
        #expect(table.find("a", now: 3) == nil && table.count == 3)
        #expect(!table.insert("f", 1, bytes: 1, now: 3))
    }

    @Test("what ended is kept for its time, to the nanosecond")
    func expiry() {
        let table = table()
        #expect(table.insert("a", 1, bytes: 7, now: 0))
        table.end("a", bytes: 5, now: 100)
        #expect(table.bytes == 5 && table.find("a", now: 109) == 1)
        #expect(table.find("a", now: 110) == nil && table.bytes == 0 && table.count == 0)
    }

    @Test("bytes are bounded: results push out older results, requests wait outside")
    func bytes() {
        let table = table(maximum: 100)
        #expect(table.insert("a", 1, bytes: 40, now: 0) && table.insert("b", 1, bytes: 40, now: 0))
        #expect(!table.insert("c", 1, bytes: 40, now: 0))
        table.end("a", bytes: 50, now: 1)
        #expect(table.bytes == 90)
        table.end("b", bytes: 60, now: 2)
        #expect(table.bytes == 60 && table.find("a", now: 2) == nil && table.find("b", now: 2) == 1)
        // One that is larger by itself is taken, and all others go for it.
        #expect(table.insert("c", 1, bytes: 1, now: 3))
        table.end("c", bytes: 1_000, now: 4)
        #expect(table.count == 1 && table.find("c", now: 4) == 1)
        #expect(table.insert("d", 1, bytes: 500, now: 5) && table.count == 1)
    }

    @Test("a key that comes again is another entry, which its former end does not end")
    func reinserted() {
        let table = table()
        #expect(table.insert("a", 1, bytes: 1, now: 0))
        table.end("a", bytes: 1, now: 0)
        #expect(table.remove("a") == 1 && table.remove("a") == nil)
        #expect(table.insert("a", 2, bytes: 1, now: 5))
        #expect(!table.insert("a", 3, bytes: 1, now: 5))
        #expect(table.find("a", now: 1_000) == 2)
        table.end("a", bytes: 1, now: 1_000)
        table.end("a", bytes: 1, now: 1_009)
        #expect(table.find("a", now: 1_010) == nil)
    }

    @Test("places are given back")
    func tidy() {
        let table = table(maximum: 10, bytes: .max)
        for index in 0..<10_000 {
            #expect(table.insert("\(index)", index, bytes: 1, now: 0))
            table.end("\(index)", bytes: 1, now: 0)
            if index.isMultiple(of: 3) { _ = table.remove("\(index)") }
            #expect(table.endedPlaces <= 129)
        }
        #expect(table.count <= 10 && table.find("9998", now: 0) == 9_998)
    }
}

@Suite struct InvocationStoreTests {
    private final class Time: Sendable {
        let now = Mutex<UInt64>(0)
    }

    @Test("an invocation ends once, its waiters are told once")
    func endsOnce() throws {
        let time = Time()
        let store = InvocationStore(maximum: 2, maximumBytes: 1_000, keep: 10) { time.now.withLock { $0 } }
        let told = Mutex<[StoredInvocation.State]>([])
        let cancels = Mutex(0)
        let route = try #require(try TestRoutes.shop().routes.first)
        let first = StoredInvocation(id: StoredInvocation.randomID(), route: route)
        #expect(first.id.utf8.count == 32)
        #expect(store.begin(first, bytes: 1) { cancels.withLock { $0 += 1 } })
        guard case .waits = store.wait(first.id, { invocation in told.withLock { $0.append(invocation.state) } }) else {
            Issue.record("it runs")
            return
        }
        guard case .waits(let number) = store.wait(first.id, { _ in Issue.record("it went") }) else {
            Issue.record("it runs")
            return
        }
        store.stopWaiting(first.id, number)
        store.cancel(first.id)
        #expect(cancels.withLock { $0 } == 1)
        store.finish(first.id, nil)
        #expect(told.withLock { $0 } == [.cancelled])
        store.cancel(first.id)
        #expect(cancels.withLock { $0 } == 1)
        guard case .over(let over) = store.wait(first.id, { _ in }) else {
            Issue.record("it is over")
            return
        }
        #expect(over.state == .cancelled && over.finished != nil)
        time.now.withLock { $0 = 10 }
        guard case .unknown = store.wait(first.id, { _ in }) else {
            Issue.record("it has expired")
            return
        }
        #expect(store.find(first.id) == nil && store.count == 0)
    }

    @Test("a gateway that takes another's place goes on with its invocations")
    func takesOver() throws {
        let former = try TestRoutes.gateway()
        let new = try TestRoutes.gateway()
        let route = try #require(former.routes.routes.first)
        let invocation = StoredInvocation(id: StoredInvocation.randomID(), route: route)
        #expect(former.kept.invocations.begin(invocation, bytes: 1) {})
        former.kept.running.began()
        new.takeOver(former)
        #expect(new.kept.invocations.find(invocation.id)?.state == .running && new.kept.running.count == 1)
        #expect(new.routes.current(route)?.service == "shop")
        former.kept.running.ended()
        #expect(new.kept.running.count == 0)
    }

    @Test("times as RFC 3339 has them")
    func timestamps() {
        #expect(Timestamp(seconds: 0).description == "1970-01-01T00:00:00.000Z")
        let time = Timestamp(seconds: 1_709_164_799, milliseconds: 999)
        #expect(time.description == "2024-02-28T23:59:59.999Z")
        #expect(time.advanced(byNanoseconds: 1_002_000_000).description == "2024-02-29T00:00:01.001Z")
    }
}

@Suite struct PreferencesTests {
    private func parse(_ field: String) -> Preferences {
        Array(field.utf8).withUnsafeBytes { Preferences($0) }
    }

    @Test(
        "preferences as RFC 7240 writes them",
        arguments: [
            ("respond-async", true, nil), ("Respond-Async", true, nil), ("respond-async, wait=10", true, 10),
            ("wait=5;strict=\"a, b\" , respond-async; x=1", true, 5), ("foo; respond-async", false, nil),
            ("return=minimal", false, nil), ("wait=\"7\"", false, 7), ("wait=1, wait=2", false, 1),
            ("foo=\"bar, respond-async\"", false, nil), ("foo=\"\\\"\", respond-async", true, nil),
            ("respond-async=\"\"", true, nil), ("respond-async=no", false, nil), (" wait = 3 ", false, 3),
            ("wait=-1", false, nil), ("wait=1.5", false, nil), ("wait", false, nil),
            ("wait=99999999999", false, UInt32.max), ("", false, nil), (",,;,=,", false, nil),
        ] as [(String, Bool, UInt32?)])
    func parsing(_ field: String, _ respondsAsync: Bool, _ wait: UInt32?) {
        let preferences = parse(field)
        #expect(preferences.respondsAsync == respondsAsync && preferences.wait == wait)
    }
}
