import Ice
import Testing

@Suite("Recorded parameters through the streams", .timeLimit(.minutes(5)))
struct StreamVectorTests {
    private static let files = [
        ("types", 112), ("optionals", 34), ("classes-compact", 40), ("classes-sliced", 17),
    ]

    static var operations: [String: Transcoder] {
        let required: [String: Transcoder] = [
            "opBool": one(Bool.self), "opByte": one(UInt8.self), "opShort": one(Int16.self), "opInt": one(Int32.self),
            "opLong": one(Int64.self), "opFloat": one(Float.self), "opDouble": one(Double.self),
            "opString": one(String.self), "opSmall": one(V.Small.self), "opB126": one(V.B126.self),
            "opB127": one(V.B127.self), "opB254": one(V.B254.self), "opB32766": one(V.B32766.self),
            "opB32767": one(V.B32767.self), "opBMax": one(V.BMax.self), "opPoint": one(V.Point.self),
            "opPerson": one(V.Person.self), "opLine": one(V.Line.self), "opBoolS": one([Bool].self),
            "opByteS": one([UInt8].self), "opShortS": one([Int16].self), "opIntS": one([Int32].self),
            "opLongS": one([Int64].self), "opFloatS": one([Float].self), "opDoubleS": one([Double].self),
            "opStringS": one([String].self), "opIntSS": one([[Int32]].self), "opPointS": one([V.Point].self),
            "opPersonS": one([V.Person].self), "opSmallS": one([V.Small].self), "opPrxS": one([ObjectPrx?].self),
            "opStrStr": one([String: String].self), "opIntStr": one([Int32: String].self),
            "opBoolByte": one([Bool: UInt8].self), "opSmallPoint": one([V.Small: V.Point].self),
            "opKeyLong": one([V.Key: Int64].self), "opStrIntS": one([String: [Int32]].self),
            "opNone": { _ in { _ in } },
            "opMulti": { istr in
                let (a, b, c) = (try istr.read(Int32.self), try istr.read(String.self), try istr.read(V.Point.self))
                return {
                    $0.write(a)
                    $0.write(b)
                    $0.write(c)
                }
            },
            "opPxy": one(ObjectPrx?.self),
        ]
        return required.merging(optionals) { $1 }.merging(classes) { $1 }
    }

    private static var optionals: [String: Transcoder] {
        [
            "opOptBool": tagged(Bool.self), "opOptByte": tagged(UInt8.self), "opOptShort": tagged(Int16.self),
            "opOptInt": tagged(Int32.self), "opOptLong": tagged(Int64.self), "opOptFloat": tagged(Float.self),
            "opOptDouble": tagged(Double.self), "opOptString": tagged(String.self), "opOptSmall": tagged(V.Small.self),
            "opOptB32767": tagged(V.B32767.self), "opOptPoint": tagged(V.Point.self),
            "opOptPerson": tagged(V.Person.self), "opOptByteS": tagged([UInt8].self), "opOptBoolS": tagged([Bool].self),
            "opOptShortS": tagged([Int16].self), "opOptIntS": tagged([Int32].self), "opOptLongS": tagged([Int64].self),
            "opOptStringS": tagged([String].self), "opOptPointS": tagged([V.Point].self),
            "opOptPersonS": tagged([V.Person].self), "opOptIntSS": tagged([[Int32]].self),
            "opOptIntStr": tagged([Int32: String].self), "opOptShortInt": tagged([Int16: Int32].self),
            "opOptBoolByte": tagged([Bool: UInt8].self),
            "opOptPxy": { istr in
                let proxy: ObjectPrx? = try istr.read(tag: 1)
                return { $0.write(tag: 1, proxy) }
            },
            "opOptMany": { istr in
                let (req, req2) = (try istr.read(Int32.self), try istr.read(String.self))
                let f: Int32? = try istr.read(tag: 1)
                let b: String? = try istr.read(tag: 2)
                let c: UInt8? = try istr.read(tag: 29)
                let a: Int32? = try istr.read(tag: 30)
                let e: Int16? = try istr.read(tag: 254)
                let d: Bool? = try istr.read(tag: 255)
                return {
                    $0.write(req)
                    $0.write(req2)
                    $0.write(tag: 1, f)
                    $0.write(tag: 2, b)
                    $0.write(tag: 29, c)
                    $0.write(tag: 30, a)
                    $0.write(tag: 254, e)
                    $0.write(tag: 255, d)
                }
            },
        ]
    }

    private static var two: Transcoder {
        { istr in
            let (v, w) = (try istr.read(V.Animal?.self), try istr.read(V.Animal?.self))
            return {
                $0.write(v)
                $0.write(w)
                $0.writePendingValues()
            }
        }
    }

    private static var classes: [String: Transcoder] {
        [
            "opNode": instances(V.Node?.self), "opAnimal": instances(V.Animal?.self), "opValue": instances(Value?.self),
            "opAnimal2": two, "opAnimalS": instances([V.Animal?].self),
            "opAnimalD": instances([String: V.Animal?].self),
            "opClsStruct": instances(V.ClsStruct.self),
            "opIntAnimal": { istr in
                let i: Int32 = try istr.read()
                let v: V.Animal? = try istr.read()
                let s: String = try istr.read()
                return {
                    $0.write(i)
                    $0.write(v)
                    $0.write(s)
                    $0.writePendingValues()
                }
            },
            "opNodeSl": instances(V.Node?.self), "opAnimalSl": instances(V.Animal?.self),
            "opValueSl": instances(Value?.self), "opAnimal2Sl": two, "opAnimalSSl": instances([V.Animal?].self),
            "opClsStructSl": instances(V.ClsStruct.self),
        ]
    }

    @Test("are read, and written as they were", arguments: files)
    func parameters(file: String, count: Int) async throws {
        try await compare("SliceJSONTests/Vectors/\(file).json", count)
    }

    @Test("proxies are read, and written as they were")
    func proxies() async throws { try await compare("IceEncodingTests/Vectors/proxies.json", 44) }

    private func compare(_ path: String, _ count: Int) async throws {
        let vectors = try StreamVector.load(path)
        try #require(vectors.count == count)
        try await withTypes { communicator in
            let operations = Self.operations
            for vector in vectors {
                let operation = try #require(vector.operation, "\(vector.id)")
                let transcoder = try #require(operations[operation], "\(operation)")
                let format: FormatType = operation.hasSuffix("Sl") ? .slicedFormat : .compactFormat
                func transcode(_ payload: [UInt8]) throws -> [UInt8] {
                    do {
                        return try IceTests.transcode(
                            payload, vector.version, format, communicator: communicator, with: transcoder)
                    } catch {
                        Issue.record(error, "\(vector.id)")
                        return []
                    }
                }
                let written = try transcode(vector.bytes)
                if vector.hasNoOrder {
                    #expect(try transcode(written).count == vector.bytes.count, "\(vector.id)")
                } else {
                    #expect(written == vector.bytes, "\(vector.id)")
                }
            }
        }
    }
}
