import Glibc
import IceEncoding
import SliceJSON

/// Whatever JSON encodes must decode, and encode again to the same bytes.
func readJSON(_ input: UnsafeRawBufferPointer) {
    guard let choice = Choice(input), let payload = try? choice.encode(choice.rest) else { return }
    keep(payload, of: choice)
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

/// Writes an input for the encoding reader out of one for the JSON reader, into the folder `FUZZ_PAYLOADS` if there is one.
private func keep(_ payload: [UInt8], of choice: Choice) {
    guard let folder = getenv("FUZZ_PAYLOADS") else { return }
    let input = choice.selector + payload
    guard let file = fopen("\(String(cString: folder))/\(shown(input.prefix(64)))", "w") else { return }
    fwrite(input, 1, input.count, file)
    fclose(file)
}
