import Ice

// As a Slice compiler writes them, see `Vectors.ice`.

extension V {
    class Err: UserException, @unchecked Sendable {
        var reason: String = ""

        override class func ice_staticId() -> String { "::V::Err" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            reason = try istr.read()
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::Err", last: true)
            ostr.write(reason)
            ostr.endSlice()
        }
    }

    class ErrD: Err, @unchecked Sendable {
        var code: Int32 = 0
        var place: Point = Point()

        override class func ice_staticId() -> String { "::V::ErrD" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            code = try istr.read()
            place = try istr.read()
            try istr.endSlice()
            try super._iceReadImpl(from: &istr)
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::ErrD", last: false)
            ostr.write(code)
            ostr.write(place)
            ostr.endSlice()
            super._iceWriteImpl(to: &ostr)
        }
    }

    class ErrC: UserException, @unchecked Sendable {
        var culprit: Animal?

        override class func ice_staticId() -> String { "::V::ErrC" }
        override class var _iceUsesClasses: Bool { true }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            culprit = try istr.read()
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::ErrC", last: true)
            ostr.write(culprit)
            ostr.endSlice()
        }
    }

    class ErrCD: ErrC, @unchecked Sendable {
        var second: Animal?
        var place: Point = Point()

        override class func ice_staticId() -> String { "::V::ErrCD" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            second = try istr.read()
            place = try istr.read()
            try istr.endSlice()
            try super._iceReadImpl(from: &istr)
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::ErrCD", last: false)
            ostr.write(second)
            ostr.write(place)
            ostr.endSlice()
            super._iceWriteImpl(to: &ostr)
        }
    }

    class ErrO: UserException, @unchecked Sendable {
        var s: String = ""
        var a: Int32?
        var who: Person?

        override class func ice_staticId() -> String { "::V::ErrO" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            s = try istr.read()
            a = try istr.read(tag: 1)
            who = try istr.read(tag: 3)
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::ErrO", last: true)
            ostr.write(s)
            ostr.write(tag: 1, a)
            ostr.write(tag: 3, who)
            ostr.endSlice()
        }
    }

    class ErrE: UserException, @unchecked Sendable {
        override class func ice_staticId() -> String { "::V::ErrE" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            try istr.endSlice()
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::ErrE", last: true)
            ostr.endSlice()
        }
    }

    class ErrX: ErrD, @unchecked Sendable {
        var extra: String = ""

        override class func ice_staticId() -> String { "::V::ErrX" }
        override func _iceReadImpl(from istr: inout InputStream) throws {
            try istr.startSlice()
            extra = try istr.read()
            try istr.endSlice()
            try super._iceReadImpl(from: &istr)
        }
        override func _iceWriteImpl(to ostr: inout OutputStream) {
            ostr.startSlice(typeId: "::V::ErrX", last: false)
            ostr.write(extra)
            ostr.endSlice()
            super._iceWriteImpl(to: &ostr)
        }
    }
}
