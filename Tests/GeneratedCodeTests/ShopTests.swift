import Ice
import Synchronization
import Testing

/// A generated proxy calls a generated servant.
@Suite("Generated proxies and servants", .timeLimit(.minutes(5)))
struct ShopTests {
    private final class Shop: Counter {
        private let items = Mutex<[Item]>([])
        let rings = Mutex(0)

        func size(current: Current) async throws -> Int32 { items.withLock { Int32($0.count) } }

        func add(item: Item?, current: Current) async throws {
            if let item { items.withLock { $0.append(item) } }
        }

        func all(current: Current) async throws -> (returnValue: [Item?], total: Int32) {
            items.withLock { ($0, Int32($0.count)) }
        }

        func take(
            name: String, count: Int32?, current: Current
        ) async throws -> (returnValue: Item?, note: String?) {
            guard let item = items.withLock({ $0.first { $0.name == name } }) else {
                throw OutOfStock(description: "no \(name)", item: name, left: 0)
            }
            return (item, count.map { "\($0) of them" })
        }

        func snapshot(current: Current) async throws -> Counter_SnapshotMarshaledResult {
            try items.withLock { items in
                defer { items.removeAll() }
                return try Counter_SnapshotMarshaledResult(items, current: current)
            }
        }

        func ring(current: Current) async throws { rings.withLock { $0 += 1 } }

        func another(shelf: ShelfPrx?, current: Current) async throws -> CounterPrx? {
            shelf.map { CounterPrx(untyped: $0.untyped) }
        }

        func misbehave(current: Current) async throws {
            throw OutOfStock(description: "not declared", item: "any", left: 2)
        }
    }

    private func withShop(
        _ body: (CounterPrx, Shop) async throws -> Void
    ) async throws {
        try await withAdapter { adapter, _ in
            let shop = Shop()
            try await body(CounterPrx(untyped: adapter.add(servant: shop, id: Identity(name: "shop"))), shop)
        }
    }

    @Test("classes, results and inherited operations") func values() async throws {
        try await withShop { counter, _ in
            let second = Book(name: "Two", price: nil, author: "A", sequel: nil)
            let first = Book(name: "One", price: 9.5, author: "A", sequel: second)
            try await counter.add(first)
            try await counter.add(second)
            #expect(try await counter.size() == 2)
            let (all, total) = try await counter.all()
            #expect(total == 2)
            let found = try #require(all.first as? Book)
            #expect(found.name == "One" && found.price == 9.5 && found.author == "A")
            #expect(found.sequel?.name == "Two")
            #expect(try await checkedCast(prx: counter, type: ShelfPrx.self)?.size() == 2)
            #expect(try await counter.ice_ids() == CounterTraits.staticIds)
            #expect(try await counter.ice_id() == CounterTraits.staticId)
        }
    }

    @Test("optional values and user exceptions") func exceptions() async throws {
        try await withShop { counter, _ in
            try await counter.add(Item(name: "Pen", price: 1))
            let noted = try await counter.take(name: "Pen", count: 3)
            #expect(noted.returnValue?.name == "Pen" && noted.note == "3 of them")
            #expect(try await counter.take(name: "Pen").note == nil)
            let missing = await #expect(throws: OutOfStock.self) { _ = try await counter.take(name: "Ink") }
            #expect(missing?.description == "no Ink" && missing?.item == "Ink" && missing?.left == 0)
            let undeclared = await #expect(throws: LocalException.self) { try await counter.misbehave() }
            #expect(undeclared?.code == .unknownUser)
        }
    }

    @Test("a marshaled result has what was there when it was made") func marshaledResult() async throws {
        try await withShop { counter, _ in
            try await counter.add(Item(name: "Pen", price: nil))
            #expect(try await counter.snapshot().map { $0?.name } == ["Pen"])
            #expect(try await counter.snapshot().isEmpty)
        }
    }

    @Test("proxies, upcasts and oneway operations") func proxies() async throws {
        try await withShop { counter, shop in
            #expect(try await counter.another(ShelfPrx(counter)) == counter)
            #expect(try await counter.another(nil) == nil)
            let error = await #expect(throws: LocalException.self) { try await counter.ring() }
            #expect(error?.code == .onewayOnly)
            try await counter.ice_oneway().ring()
            // Behind it on the same connection, so that it was dispatched before.
            try await counter.ice_ping()
            #expect(shop.rings.withLock { $0 } == 1)
        }
    }

    @Test("an operation that is not there") func unknownOperation() async throws {
        try await withShop { counter, _ in
            let error = await #expect(throws: LocalException.self) {
                _ = try await counter.untyped.ice_invoke(operation: "nosuch", mode: .normal)
            }
            #expect(error?.code == .operationNotExist && error?.target?.operation == "nosuch")
        }
    }
}
