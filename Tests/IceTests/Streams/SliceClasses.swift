import Ice

// As a Slice compiler writes them, see `Vectors.ice`.

extension V {
    class Node: Value, @unchecked Sendable {
        var name: String = ""
        var next: Node?

        override class func ice_staticId() -> String { "::V::Node" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            name = try istr.read()
            next = try istr.read()
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Node", last: true)
            ostr.write(name)
            ostr.write(next)
            ostr.endSlice()
        }
    }

    class Animal: Value, @unchecked Sendable {
        var name: String = ""

        override class func ice_staticId() -> String { "::V::Animal" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            name = try istr.read()
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Animal", last: true)
            ostr.write(name)
            ostr.endSlice()
        }
    }

    class Dog: Animal, @unchecked Sendable {
        var barks: Int32 = 0

        override class func ice_staticId() -> String { "::V::Dog" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            barks = try istr.read()
            try istr.endSlice()
            try super._iceReadImpl(from: &istr)
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Dog", last: false)
            ostr.write(barks)
            ostr.endSlice()
            super._iceWriteImpl(to: &ostr)
        }
    }

    class Puppy: Dog, @unchecked Sendable {
        var cute: Bool = false
        var mother: Animal?

        override class func ice_staticId() -> String { "::V::Puppy" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            cute = try istr.read()
            mother = try istr.read()
            try istr.endSlice()
            try super._iceReadImpl(from: &istr)
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Puppy", last: false)
            ostr.write(cute)
            ostr.write(mother)
            ostr.endSlice()
            super._iceWriteImpl(to: &ostr)
        }
    }

    class Compact: Value, @unchecked Sendable {
        var v: Int32 = 0

        override class func ice_staticId() -> String { "::V::Compact" }
        override class var ice_compactId: Int32 { 7 }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            v = try istr.read()
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Compact", compactId: 7, last: true)
            ostr.write(v)
            ostr.endSlice()
        }
    }

    class CompactD: Compact, @unchecked Sendable {
        var w: Int32 = 0

        override class func ice_staticId() -> String { "::V::CompactD" }
        override class var ice_compactId: Int32 { 300 }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            w = try istr.read()
            try istr.endSlice()
            try super._iceReadImpl(from: &istr)
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::CompactD", compactId: 300, last: false)
            ostr.write(w)
            ostr.endSlice()
            super._iceWriteImpl(to: &ostr)
        }
    }

    class OptC: Value, @unchecked Sendable {
        var req: Int32 = 0
        var a: Int32?
        var b: String?
        var c: Int16?
        var d: UInt8?

        override class func ice_staticId() -> String { "::V::OptC" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            req = try istr.read()
            a = try istr.read(tag: 1)
            b = try istr.read(tag: 2)
            c = try istr.read(tag: 30)
            d = try istr.read(tag: 300)
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::OptC", last: true)
            ostr.write(req)
            ostr.write(tag: 1, a)
            ostr.write(tag: 2, b)
            ostr.write(tag: 30, c)
            ostr.write(tag: 300, d)
            ostr.endSlice()
        }
    }

    class OptD: OptC, @unchecked Sendable {
        var tail: String = ""
        var p: Point?

        override class func ice_staticId() -> String { "::V::OptD" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            tail = try istr.read()
            p = try istr.read(tag: 5)
            try istr.endSlice()
            try super._iceReadImpl(from: &istr)
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::OptD", last: false)
            ostr.write(tail)
            ostr.write(tag: 5, p)
            ostr.endSlice()
            super._iceWriteImpl(to: &ostr)
        }
    }

    class Empty: Value, @unchecked Sendable {
        override class func ice_staticId() -> String { "::V::Empty" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Empty", last: true)
            ostr.endSlice()
        }
    }

    class Pair: Value, @unchecked Sendable {
        var prx: ObjectPrx?
        var any: Value?

        override class func ice_staticId() -> String { "::V::Pair" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            prx = try istr.read()
            any = try istr.read()
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Pair", last: true)
            ostr.write(prx)
            ostr.write(any)
            ostr.endSlice()
        }
    }
}
