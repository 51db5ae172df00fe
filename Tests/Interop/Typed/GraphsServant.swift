import Ice
import InteropTypes
import PeerOnlyTypes

/// `::Interop::Graphs`, with the instances that clients don't know.
struct GraphsServant: Graphs {
    func echoNode(value: Node?, current: Current) async throws -> Node? { value }
    func echoAnimal(value: Animal?, current: Current) async throws -> (returnValue: Animal?, copy: Animal?) {
        (value, value)
    }
    func echoAnimalSeq(value: AnimalSeq, current: Current) async throws -> AnimalSeq { value }
    func echoCage(value: Cage, current: Current) async throws -> Cage { value }
    func echoAny(value: Ice.Value?, current: Current) async throws -> Ice.Value? { value }
    func echoAnimalSliced(value: Animal?, current: Current) async throws -> Animal? { value }
    func echoProxy(value: ObjectPrx?, current: Current) async throws -> ObjectPrx? { value }

    func echoOptional(
        value: Int32?, where: Point?, current: Current
    ) async throws -> (returnValue: Int32?, there: Point?) { (value, `where`) }

    func stranger(current: Current) async throws -> Animal? {
        let prey = Animal(name: "hare", friend: nil, age: nil)
        let wolf = Wolf(name: "grey", friend: nil, age: 7, loud: true, secret: "hungry", prey: prey, count: 3)
        wolf.friend = wolf
        return wolf
    }

    func unmask(value: Animal?, current: Current) async throws -> String {
        guard let wolf = value as? Wolf else { return "no stranger: \(value?.name ?? "nil")" }
        let (prey, count) = (wolf.prey?.name ?? "nil", wolf.count.map { "\($0)" } ?? "not set")
        return "\(wolf.name) \(wolf.secret) \(prey) \(count) \(wolf.friend === wolf ? "True" : "False")"
    }

    func bite(by: Animal?, current: Current) async throws { throw Bitten(reason: "as asked", by: by, where: "leg") }
}

/// `::VisitorCenter::Greeter`.
struct GreeterServant: InteropTypes.Greeter {
    func greet(name: String, current: Current) async throws -> String { "Hello, \(name)!" }
}
