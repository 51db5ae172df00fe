import Ice

/// The types of the recorded vectors (`Vectors.ice`), as a Slice compiler writes them.
enum V {}

extension V {
    enum Small: UInt8, StreamableEnum {
        case s0, s1, s2
        static var _iceMaxValue: Int32 { 2 }
    }

    enum B126: UInt8, StreamableEnum {
        case b0
        case b126 = 126
        static var _iceMaxValue: Int32 { 126 }
    }

    enum B127: UInt8, StreamableEnum {
        case c0
        case c127 = 127
        static var _iceMaxValue: Int32 { 127 }
    }

    enum B254: Int32, StreamableEnum {
        case d0
        case d254 = 254
        case d255 = 255
        static var _iceMaxValue: Int32 { 255 }
    }

    enum B32766: Int32, StreamableEnum {
        case e0
        case e32766 = 32766
        static var _iceMaxValue: Int32 { 32766 }
    }

    enum B32767: Int32, StreamableEnum {
        case f0
        case f32767 = 32767
        static var _iceMaxValue: Int32 { 32767 }
    }

    enum BMax: Int32, StreamableEnum {
        case g0
        case gmax = 2_147_483_647
        static var _iceMaxValue: Int32 { 2_147_483_647 }
    }
}

extension V {
    struct Point: Streamable, Hashable {
        var x: Int32 = 0
        var y: Int32 = 0

        static var _iceMinimumWireSize: Int { 8 }
        static var _iceIsVariableLength: Bool { false }
        static func _iceRead(from istr: inout InputStream) throws -> Point {
            Point(x: try istr.read(), y: try istr.read())
        }
        func _iceWrite(to ostr: inout OutputStream) {
            ostr.write(x)
            ostr.write(y)
        }
    }

    struct Person: Streamable, Hashable {
        var name = ""
        var age: Int16 = 0
        var active = false
        var level = Small.s0

        static var _iceMinimumWireSize: Int { 5 }
        static func _iceRead(from istr: inout InputStream) throws -> Person {
            Person(name: try istr.read(), age: try istr.read(), active: try istr.read(), level: try istr.read())
        }
        func _iceWrite(to ostr: inout OutputStream) {
            ostr.write(name)
            ostr.write(age)
            ostr.write(active)
            ostr.write(level)
        }
    }

    struct Line: Streamable, Hashable {
        var first = Point()
        var second = Point()

        static var _iceMinimumWireSize: Int { 16 }
        static var _iceIsVariableLength: Bool { false }
        static func _iceRead(from istr: inout InputStream) throws -> Line {
            Line(first: try istr.read(), second: try istr.read())
        }
        func _iceWrite(to ostr: inout OutputStream) {
            ostr.write(first)
            ostr.write(second)
        }
    }

    struct Key: Streamable, Hashable {
        var i: Int32 = 0
        var s = ""

        static var _iceMinimumWireSize: Int { 5 }
        static func _iceRead(from istr: inout InputStream) throws -> Key {
            Key(i: try istr.read(), s: try istr.read())
        }
        func _iceWrite(to ostr: inout OutputStream) {
            ostr.write(i)
            ostr.write(s)
        }
    }

    struct ClsStruct: Streamable {
        var a: Animal?
        var i: Int32 = 0
        var b: Animal?

        static var _iceMinimumWireSize: Int { 6 }
        static func _iceRead(from istr: inout InputStream) throws -> ClsStruct {
            ClsStruct(a: try istr.read(), i: try istr.read(), b: try istr.read())
        }
        func _iceWrite(to ostr: inout OutputStream) {
            ostr.write(a)
            ostr.write(i)
            ostr.write(b)
        }
    }
}
