import IceEncoding
import SliceJSON

/// Whatever JSON encodes must decode, and encode again to the same bytes.
func readJSON(_ input: UnsafeRawBufferPointer) {
    guard let choice = Choice(input), let payload = try? choice.encode(choice.rest) else { return }
    let text: [UInt8]
    do {
        text = try choice.decode(payload)
    } catch {
        breaking("\(choice.name): encodes to \(shown(payload)), which doesn't decode: \(error)")
    }
    let verdict = JanssonVerdict(text)
    promise(
        verdict == .object || verdict == .undecided, "\(choice.name): no JSON: \(String(decoding: text, as: UTF8.self))"
    )
    let again: [UInt8]
    do throws(JSONError) {
        again = try choice.encode(text)
    } catch {
        // An instance may stand deeper where it is written at its first visit than where the client wrote it.
        if !choice.isExact, error.code == .tooDeep { return }
        breaking("\(choice.name): its own text is refused: \(error): \(String(decoding: text, as: UTF8.self))")
    }
    if choice.isExact {
        promise(again == payload, "\(choice.name): \(shown(payload)) became \(shown(again))")
    } else {
        promise((try? choice.decode(again)) == text, "\(choice.name): \(String(decoding: text, as: UTF8.self)) changed")
    }
}
