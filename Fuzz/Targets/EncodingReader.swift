import IceEncoding
import SliceJSON

/// What bytes say as JSON must encode again, to bytes that say the same. Also reads them as a user exception.
func readEncoding(_ input: UnsafeRawBufferPointer) {
    guard let choice = Choice(input) else { return }
    try? choice.decodeException(choice.rest)
    guard let text = try? choice.decode(choice.rest) else { return }
    let verdict = JanssonVerdict(text, rejectsDuplicates: false)
    let shownText = String(decoding: text, as: UTF8.self)
    promise(verdict == .object || verdict == .undecided, "\(choice.name): no JSON: \(shownText)")
    let payload: [UInt8]
    do throws(JSONError) {
        payload = try choice.encode(text)
    } catch {
        switch error.code {
        // Peers may send enumerators that Slice doesn't know, keys twice, and deeper values; all are shown, none is taken.
        case .wrongType where error.message.contains("enumerator"): return
        case .unknownEnumerator, .badKey, .duplicateMember, .tooDeep: return
        default: breaking("\(choice.name): its own text is refused: \(error): \(shownText)")
        }
    }
    // A nil that is set is shown as null, and null is taken as not set.
    if choice.name.contains("::optional"), shownText.contains(":null") { return }
    let again = try? choice.decode(payload)
    promise(
        again == text,
        "\(choice.name): \(shownText) became \(again.map { String(decoding: $0, as: UTF8.self) } ?? "nothing")")
}
