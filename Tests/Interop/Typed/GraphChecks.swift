import Ice
import InteropTypes
import Testing

/// What a generated proxy sends to `::Interop::Graphs` comes back.
struct GraphChecks {
    let graphs: GraphsPrx
    /// Whether instances are sent in the sliced format, which unknown slices need.
    var isSliced = false

    /// Encoding 1.0 has no optional values and gives unknown slices away.
    private var isOld: Bool { graphs.ice_getEncodingVersion() == .v1_0 }

    func all() async throws {
        try await instances()
        try await others()
        try await strangers()
    }

    private func dog() -> Dog {
        Dog(name: "Rex", friend: Animal(name: "hare", friend: nil, age: 3), age: nil, loud: true)
    }

    private func check(_ value: Value?) throws {
        let dog = try #require(value as? Dog)
        #expect(dog.name == "Rex" && dog.age == nil && dog.loud)
        let hare = try #require(dog.friend)
        #expect(hare.ice_id() == "::Interop::Animal" && hare.name == "hare" && hare.age == (isOld ? nil : 3))
    }

    private typealias Value = Ice.Value

    func instances() async throws {
        #expect(try await graphs.echoNode(nil) == nil)
        let node = Node(name: "a", next: Node(name: "b", next: nil))
        node.next?.next = node
        let same = try #require(try await graphs.echoNode(node))
        #expect(same.name == "a" && same.next?.name == "b" && same.next?.next === same)
        for node in [node, same] { node.next = nil }

        let (animal, copy) = try await graphs.echoAnimal(dog())
        try check(animal)
        #expect(copy === animal)
        let rex = dog()
        let animals = try await graphs.echoAnimalSeq([nil, rex, rex.friend])
        try #require(animals.count == 3)
        try check(animals[1])
        #expect(animals[0] == nil && animals[1]?.friend === animals[2])
        #expect(try await graphs.echoAnimalSeq([]).isEmpty)
        let cage = try await graphs.echoCage(Cage(left: rex, right: rex))
        try check(cage.left)
        #expect(cage.left === cage.right)
        try check(try await graphs.echoAny(rex))
        #expect((try await graphs.echoAny(Node(name: "n", next: nil)) as? Node)?.name == "n")
        #expect(try await graphs.echoAny(nil) == nil)
        try check(try await graphs.echoAnimalSliced(rex))
    }

    func others() async throws {
        #expect(try await graphs.echoProxy(graphs.untyped) == graphs.untyped)
        #expect(try await graphs.echoProxy(nil) == nil)
        let point = Point(x: 1, y: -2)
        for (value, place) in [(nil, nil), (7, nil), (nil, point), (0, point)] as [(Int32?, Point?)] {
            let result = try await graphs.echoOptional(value: value, where: place)
            #expect(result == (isOld ? (nil, nil) : (value, place)))
        }
        let bitten = await #expect(throws: Bitten.self) { try await graphs.bite(dog()) }
        try check(bitten?.by)
        #expect(bitten?.reason == "as asked" && bitten?.where == (isOld ? nil : "leg"))
    }

    func strangers() async throws {
        let wolf = try #require(try await graphs.stranger() as? Dog)
        #expect(wolf.ice_id() == "::Interop::Dog" && wolf.name == "grey" && wolf.loud)
        #expect(wolf.friend === wolf && wolf.age == (isOld ? nil : 7))
        #expect(wolf.ice_getSlicedData()?.slices.map(\.typeId) == (isOld ? nil : ["::PeerOnly::Wolf"]))
        let isPreserved = isSliced && !isOld
        #expect(try await graphs.unmask(wolf) == (isPreserved ? "grey hungry hare 3 True" : "no stranger: grey"))
        // This one is sent in the sliced format either way.
        wolf.name = "white"
        let same = try #require(try await graphs.echoAnimalSliced(wolf) as? Dog)
        #expect(same.name == "white" && same.friend === same)
        #expect(same.ice_getSlicedData()?.slices.map(\.typeId) == (isOld ? nil : ["::PeerOnly::Wolf"]))
        #expect(try await graphs.unmask(same) == (isPreserved ? "white hungry hare 3 True" : "no stranger: white"))
        for instance in [wolf, same] { instance.friend = nil }
    }
}
