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
    }

    /// What the reader was looking for, when it is not a value of a Slice type.
    enum Wanted: UInt8 {
        case value, object, array, key, colon, commaOrBrace, commaOrBracket, digit, pair
    }

    var reason: Reason
    var wanted: Wanted = .value
    /// In bytes from the start of the text.
    var offset: Int32
    /// The index of a plan node, or of a plan member when one is missing; -1 without.
    var subject: Int32 = -1
}
