import IceEncoding
import Slice
import SliceJSON

private let plans: (any: OperationPlan, values: OperationPlan) = {
    let compilation = SliceCompiler.compile(
        source: """
            module M {
                sequence<bool> Bools; sequence<long> Longs; sequence<double> Doubles; sequence<string> Strings;
                sequence<Strings> Table; dictionary<string, double> ByName;
                struct S { string text; double number; }
                interface I { void any(); void values(Bools a, Longs b, Doubles c, Strings d, Table e, ByName f, S g); }
            }
            """)
    guard let model = compilation.model, let operations = model.interfaces.values.first?.operations,
        operations.count == 2
    else { breaking("\(compilation.diagnostics)") }
    let options = JSONOptions(long: .number, unknownMembers: .ignore, depth: 512)
    return (
        OperationPlan.compile(operations[0], model: model, options: options),
        OperationPlan.compile(operations[1], model: model, options: options)
    )
}()

/// The grammar of JSON and the values of strings and numbers, with jansson as the judge.
func judgeGrammar(_ input: UnsafeRawBufferPointer) {
    let text = Array(input)
    // An operation without parameters takes an empty body.
    guard !text.isEmpty else { return }
    let verdict = JanssonVerdict(text)
    guard verdict != .undecided else { return }
    var out = OutputBuffer()
    var isTaken = true
    do throws(JSONError) {
        try plans.any.encodeArguments(input, encoding: .v1_1, into: &out)
    } catch {
        if error.code == .tooDeep { return }
        isTaken = false
    }
    promise(isTaken == (verdict == .object), "jansson says \(verdict), we took it: \(isTaken)")
    guard isTaken, (try? plans.values.encodeArguments(input, encoding: .v1_1, into: &out)) != nil else { return }
    var written = OutputBuffer()
    do {
        try plans.values.decodeArguments(InputCursor(out.bytes), encoding: .v1_1, into: &written)
    } catch {
        breaking("encodes to \(shown(out.bytes)), which doesn't decode: \(error)")
    }
    guard let theirs = JanssonValue(text), let ours = JanssonValue(Array(written.bytes)) else {
        breaking("jansson doesn't read what it read before, or not what we wrote")
    }
    promise(theirs.agrees(with: ours), "jansson reads \(theirs), we read \(ours)")
}
