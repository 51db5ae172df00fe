@testable import Ice
import Testing

@Suite("The life of an object adapter")
struct AdapterLifeTests {
    @Test("active and holding take turns; only the first activation is the first")
    func turns() {
        var life = AdapterLife()
        #expect(life.hold() == .nothing)
        #expect(life.activate(registers: false) == .activate(isFirst: true))
        #expect(life.activate(registers: false) == .nothing)
        #expect(life.hold() == .hold)
        #expect(life.hold() == .nothing)
        #expect(life.activate(registers: true) == .register)
        #expect(life.registered(nil) == .activate(isFirst: false))
        #expect(life.hold() == .hold)
        #expect(life.activate(registers: true) == .activate(isFirst: false))
    }

    @Test("a registration that fails leaves it holding, to be tried again")
    func failure() {
        var life = AdapterLife()
        #expect(life.activate(registers: true) == .register)
        #expect(life.activate(registers: true) == .nothing)
        let failure = LocalException(.notRegistered, "")
        #expect(life.registered(failure) == .nothing)
        #expect(life.phase == .holding && life.failure == failure)
        #expect(life.activate(registers: true) == .register)
        #expect(life.failure == nil)
        #expect(life.registered(nil) == .activate(isFirst: true))
    }

    @Test("held while it is registered, it is registered and holds")
    func heldMeanwhile() {
        var life = AdapterLife()
        #expect(life.activate(registers: true) == .register)
        #expect(life.hold() == .nothing)
        #expect(life.registered(nil) == .nothing)
        #expect(life.phase == .holding && life.isRegistered)
        #expect(life.deactivate() == .unregister)
        #expect(life.isUnregistering)
        #expect(life.unregistered() == .close)
        life.closed()
        #expect(life.phase == .deactivated && !life.isUnregistering)
    }

    @Test("deactivated while it is registered, it waits for that", arguments: [true, false])
    func deactivatedMeanwhile(succeeds: Bool) {
        var life = AdapterLife()
        #expect(life.activate(registers: true) == .register)
        #expect(life.deactivate() == .nothing)
        #expect(life.deactivate() == .nothing)
        #expect(life.registered(succeeds ? nil : LocalException(.timeout, "")) == (succeeds ? .unregister : .close))
    }

    @Test("nothing comes after the end")
    func end() {
        var life = AdapterLife()
        #expect(life.deactivate() == .close)
        life.closed()
        let (first, second) = (life.destroy(), life.destroy())
        #expect(first && !second)
        #expect(life.activate(registers: true) == .nothing && life.hold() == .nothing && life.deactivate() == .nothing)
        #expect(life.registered(nil) == .nothing && life.unregistered() == .nothing)
        life.closed()
        #expect(life.phase == .destroyed)
    }
}
