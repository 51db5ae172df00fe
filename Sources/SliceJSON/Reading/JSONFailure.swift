/// What the hot path throws: trivial, so that nothing is built, kept or released until ``FailureReport`` explains it.
struct JSONFailure: Error {
    enum Reason: UInt8 {
        // Not JSON.
        case empty, byteOrderMark, unexpectedEnd, unexpectedCharacter, trailingText
        case badLiteral, badNumber, controlCharacter, badEscape
        case notUTF8, loneSurrogate
        // JSON, but not the JSON wanted.
        case wrongType, notInteger, outOfRange
        case unknownMember, duplicateMember, missingMember
        case duplicateKey, badKey, unknownEnumerator, badBase64
        case tooDeep, tooLarge
        // Instances of classes, proxies, optional values.
        case unknownType, missingType, wrongClass
        case unknownReference, badReference, duplicateID
        case badSlices, slicesInV10, optionalInV10, graphTooDeep
        case refusedProxy, missingLink
    }

    /// What the reader was looking for, when it is not a value of a Slice type.
    enum Wanted: UInt8 {
        case value, object, array, key, colon, commaOrBrace, commaOrBracket, digit, pair
        case text, base64, id, typeID
    }

    var reason: Reason
    var wanted: Wanted = .value
    /// In bytes from the start of the text.
    var offset: Int32
    /// The index of a plan node, of a plan member when one is missing, of a class when it is the wrong one; -1 without.
    var subject: Int32 = -1
}
