import Ice

// As a Slice compiler writes them, see `Vectors.ice`.

extension V {
    class Wolf: Animal, @unchecked Sendable {
        var fangs: Int32 = 0
        var prey: Animal?
        var pack: String?

        override class func ice_staticId() -> String { "::V::Wolf" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            fangs = try istr.read()
            prey = try istr.read()
            pack = try istr.read(tag: 4)
            try istr.endSlice()
            try super._iceReadImpl(from: &istr)
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Wolf", last: false)
            ostr.write(fangs)
            ostr.write(prey)
            ostr.write(tag: 4, pack)
            ostr.endSlice()
            super._iceWriteImpl(to: &ostr)
        }
    }

    class Alpha: Wolf, @unchecked Sendable {
        var rank: String = ""

        override class func ice_staticId() -> String { "::V::Alpha" }
        override class var ice_compactId: Int32 { 77 }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            rank = try istr.read()
            try istr.endSlice()
            try super._iceReadImpl(from: &istr)
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Alpha", compactId: 77, last: false)
            ostr.write(rank)
            ostr.endSlice()
            super._iceWriteImpl(to: &ostr)
        }
    }

    class Alien: Value, @unchecked Sendable {
        var planet: String = ""
        var pet: Animal?

        override class func ice_staticId() -> String { "::V::Alien" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            planet = try istr.read()
            pet = try istr.read()
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Alien", last: true)
            ostr.write(planet)
            ostr.write(pet)
            ostr.endSlice()
        }
    }
}
