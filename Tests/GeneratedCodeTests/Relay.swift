import Ice

/// Calls what it is called with: parameters go through the generated servant, then through the generated proxy.
struct Relay: Enc {
    let target: EncPrx

    private func next(_ current: Ice.Current) -> EncPrx { target.ice_encodingVersion(current.encoding) }

    func opBool(v: Bool, current: Ice.Current) async throws { try await next(current).opBool(v) }
    func opByte(v: UInt8, current: Ice.Current) async throws { try await next(current).opByte(v) }
    func opShort(v: Int16, current: Ice.Current) async throws { try await next(current).opShort(v) }
    func opInt(v: Int32, current: Ice.Current) async throws { try await next(current).opInt(v) }
    func opLong(v: Int64, current: Ice.Current) async throws { try await next(current).opLong(v) }
    func opFloat(v: Float, current: Ice.Current) async throws { try await next(current).opFloat(v) }
    func opDouble(v: Double, current: Ice.Current) async throws { try await next(current).opDouble(v) }
    func opString(v: String, current: Ice.Current) async throws { try await next(current).opString(v) }
    func opSmall(v: Small, current: Ice.Current) async throws { try await next(current).opSmall(v) }
    func opB126(v: B126, current: Ice.Current) async throws { try await next(current).opB126(v) }
    func opB127(v: B127, current: Ice.Current) async throws { try await next(current).opB127(v) }
    func opB254(v: B254, current: Ice.Current) async throws { try await next(current).opB254(v) }
    func opB32766(v: B32766, current: Ice.Current) async throws { try await next(current).opB32766(v) }
    func opB32767(v: B32767, current: Ice.Current) async throws { try await next(current).opB32767(v) }
    func opBMax(v: BMax, current: Ice.Current) async throws { try await next(current).opBMax(v) }
    func opPoint(v: Point, current: Ice.Current) async throws { try await next(current).opPoint(v) }
    func opPerson(v: Person, current: Ice.Current) async throws { try await next(current).opPerson(v) }
    func opLine(v: Line, current: Ice.Current) async throws { try await next(current).opLine(v) }
    func opBoolS(v: BoolS, current: Ice.Current) async throws { try await next(current).opBoolS(v) }
    func opByteS(v: ByteS, current: Ice.Current) async throws { try await next(current).opByteS(v) }
    func opShortS(v: ShortS, current: Ice.Current) async throws { try await next(current).opShortS(v) }
    func opIntS(v: IntS, current: Ice.Current) async throws { try await next(current).opIntS(v) }
    func opLongS(v: LongS, current: Ice.Current) async throws { try await next(current).opLongS(v) }
    func opFloatS(v: FloatS, current: Ice.Current) async throws { try await next(current).opFloatS(v) }
    func opDoubleS(v: DoubleS, current: Ice.Current) async throws { try await next(current).opDoubleS(v) }
    func opStringS(v: StringS, current: Ice.Current) async throws { try await next(current).opStringS(v) }
    func opIntSS(v: IntSS, current: Ice.Current) async throws { try await next(current).opIntSS(v) }
    func opPointS(v: PointS, current: Ice.Current) async throws { try await next(current).opPointS(v) }
    func opPersonS(v: PersonS, current: Ice.Current) async throws { try await next(current).opPersonS(v) }
    func opSmallS(v: SmallS, current: Ice.Current) async throws { try await next(current).opSmallS(v) }
    func opPrxS(v: PrxS, current: Ice.Current) async throws { try await next(current).opPrxS(v) }
    func opStrStr(v: StrStr, current: Ice.Current) async throws { try await next(current).opStrStr(v) }
    func opIntStr(v: IntStr, current: Ice.Current) async throws { try await next(current).opIntStr(v) }
    func opBoolByte(v: BoolByte, current: Ice.Current) async throws { try await next(current).opBoolByte(v) }
    func opSmallPoint(v: SmallPoint, current: Ice.Current) async throws { try await next(current).opSmallPoint(v) }
    func opKeyLong(v: KeyLong, current: Ice.Current) async throws { try await next(current).opKeyLong(v) }
    func opStrIntS(v: StrIntS, current: Ice.Current) async throws { try await next(current).opStrIntS(v) }
    func opMulti(a: Int32, b: String, c: Point, current: Ice.Current) async throws {
        try await next(current).opMulti(a: a, b: b, c: c)
    }
    func opNone(current: Ice.Current) async throws { try await next(current).opNone() }
    func opPxy(v: Ice.ObjectPrx?, current: Ice.Current) async throws { try await next(current).opPxy(v) }
    func opNode(v: Node?, current: Ice.Current) async throws { try await next(current).opNode(v) }
    func opAnimal(v: Animal?, current: Ice.Current) async throws { try await next(current).opAnimal(v) }
    func opAnimal2(v: Animal?, w: Animal?, current: Ice.Current) async throws {
        try await next(current).opAnimal2(v: v, w: w)
    }
    func opValue(v: Ice.Value?, current: Ice.Current) async throws { try await next(current).opValue(v) }
    func opAnimalS(v: AnimalS, current: Ice.Current) async throws { try await next(current).opAnimalS(v) }
    func opAnimalD(v: AnimalD, current: Ice.Current) async throws { try await next(current).opAnimalD(v) }
    func opClsStruct(v: ClsStruct, current: Ice.Current) async throws { try await next(current).opClsStruct(v) }
    func opIntAnimal(i: Int32, v: Animal?, s: String, current: Ice.Current) async throws {
        try await next(current).opIntAnimal(i: i, v: v, s: s)
    }
    func opNodeSl(v: Node?, current: Ice.Current) async throws { try await next(current).opNodeSl(v) }
    func opAnimalSl(v: Animal?, current: Ice.Current) async throws { try await next(current).opAnimalSl(v) }
    func opAnimal2Sl(v: Animal?, w: Animal?, current: Ice.Current) async throws {
        try await next(current).opAnimal2Sl(v: v, w: w)
    }
    func opValueSl(v: Ice.Value?, current: Ice.Current) async throws { try await next(current).opValueSl(v) }
    func opAnimalSSl(v: AnimalS, current: Ice.Current) async throws { try await next(current).opAnimalSSl(v) }
    func opClsStructSl(v: ClsStruct, current: Ice.Current) async throws { try await next(current).opClsStructSl(v) }
    func opOptBool(v: Bool?, current: Ice.Current) async throws { try await next(current).opOptBool(v) }
    func opOptByte(v: UInt8?, current: Ice.Current) async throws { try await next(current).opOptByte(v) }
    func opOptShort(v: Int16?, current: Ice.Current) async throws { try await next(current).opOptShort(v) }
    func opOptInt(v: Int32?, current: Ice.Current) async throws { try await next(current).opOptInt(v) }
    func opOptLong(v: Int64?, current: Ice.Current) async throws { try await next(current).opOptLong(v) }
    func opOptFloat(v: Float?, current: Ice.Current) async throws { try await next(current).opOptFloat(v) }
    func opOptDouble(v: Double?, current: Ice.Current) async throws { try await next(current).opOptDouble(v) }
    func opOptString(v: String?, current: Ice.Current) async throws { try await next(current).opOptString(v) }
    func opOptSmall(v: Small?, current: Ice.Current) async throws { try await next(current).opOptSmall(v) }
    func opOptB32767(v: B32767?, current: Ice.Current) async throws { try await next(current).opOptB32767(v) }
    func opOptPoint(v: Point?, current: Ice.Current) async throws { try await next(current).opOptPoint(v) }
    func opOptPerson(v: Person?, current: Ice.Current) async throws { try await next(current).opOptPerson(v) }
    func opOptByteS(v: ByteS?, current: Ice.Current) async throws { try await next(current).opOptByteS(v) }
    func opOptBoolS(v: BoolS?, current: Ice.Current) async throws { try await next(current).opOptBoolS(v) }
    func opOptShortS(v: ShortS?, current: Ice.Current) async throws { try await next(current).opOptShortS(v) }
    func opOptIntS(v: IntS?, current: Ice.Current) async throws { try await next(current).opOptIntS(v) }
    func opOptLongS(v: LongS?, current: Ice.Current) async throws { try await next(current).opOptLongS(v) }
    func opOptStringS(v: StringS?, current: Ice.Current) async throws { try await next(current).opOptStringS(v) }
    func opOptPointS(v: PointS?, current: Ice.Current) async throws { try await next(current).opOptPointS(v) }
    func opOptPersonS(v: PersonS?, current: Ice.Current) async throws { try await next(current).opOptPersonS(v) }
    func opOptIntSS(v: IntSS?, current: Ice.Current) async throws { try await next(current).opOptIntSS(v) }
    func opOptIntStr(v: IntStr?, current: Ice.Current) async throws { try await next(current).opOptIntStr(v) }
    func opOptShortInt(v: ShortInt?, current: Ice.Current) async throws { try await next(current).opOptShortInt(v) }
    func opOptBoolByte(v: BoolByte?, current: Ice.Current) async throws { try await next(current).opOptBoolByte(v) }
    func opOptPxy(v: Ice.ObjectPrx?, current: Ice.Current) async throws { try await next(current).opOptPxy(v) }
    func opOptMany(
        a: Int32?, req: Int32, b: String?, c: UInt8?, req2: String, d: Bool?, e: Int16?, f: Int32?, current: Ice.Current
    ) async throws {
        try await next(current).opOptMany(
            a: a, req: req, b: b, c: c, req2: req2, d: d, e: e, f: f
        )
    }
}
