import SliceJSON
import Testing

/// What strings and numbers mean, with jansson as the judge.
@Suite("The values of JSON beside jansson's")
struct JanssonValueTests {
    @Test("Documents of strings and numbers changed at random: what we take has jansson's values")
    func mutations() throws {
        let type = try TypeHarness(
            "T",
            definitions: """
                sequence<bool> A; sequence<long> B; sequence<double> C; sequence<string> D; sequence<D> E;
                dictionary<string, double> F; struct T { A a; B b; C c; D d; E e; F f; }
                """, options: JSONOptions(long: .number, unknownMembers: .ignore))
        let text = Array(
            #"""
            {"v":{"a":[true,false],"b":[1,"-20",1e2,9007199254740993,-9223372036854775808],
            "c":[0.1,-0.0,12,1.5e-10,3E+2,123456789012345678,"NaN"],"d":["","te\u0041xt","\u0000\n\"\\\/","\ud83d\ude0a é€😊"],
            "e":[[],["a","b"]],"f":{"":0.5,"k\u00e9y":2,"kéz":-1.25},"more":[1]}}
            """#.utf8)
        var random = SplitMix64(seed: 9)
        var compared = 0
        for _ in 0..<20_000 {
            let text = mutated(text, &random)
            guard JanssonVerdict(text) == .object, let payload = try? type.encoder.encode(text) else { continue }
            let written = try type.decode(payload)
            let theirs = try #require(JanssonValue(text))
            let ours = try #require(JanssonValue(Array(written.utf8)))
            #expect(theirs.agrees(with: ours), "\(String(decoding: text, as: UTF8.self)): \(written)")
            compared += 1
        }
        #expect(compared > 4000)
    }

    @Test("The comparison sees what differs")
    func comparison() throws {
        for (theirs, ours) in [
            ("[1]", "[2]"), ("[1]", "[1,1]"), ("[1.5]", "[1]"), ("[-0.0]", "[0.0]"), (#"["a"]"#, #"["b"]"#),
            (#"{"a":1}"#, #"{"b":1}"#), (#"["2"]"#, "[1]"), ("[true]", "[false]"), (#"["a\u0000"]"#, #"["a"]"#),
        ] {
            let left = try #require(JanssonValue(Array(theirs.utf8)))
            let right = try #require(JanssonValue(Array(ours.utf8)))
            #expect(!left.agrees(with: right), "\(theirs) and \(ours)")
            #expect(left.agrees(with: left))
        }
    }
}
