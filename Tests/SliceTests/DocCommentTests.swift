import Slice
import Testing

@Suite struct DocCommentTests {
    private func comment(_ text: String) throws -> DocComment? {
        try model("module A {\n\(text)\nstruct S { int i; }\n}").structs[ScopedName("::A::S")]?.info.comment
    }

    @Test("a block with every tag") func block() throws {
        let comment = try #require(
            try comment(
                """
                /**
                 * First line
                 * and second.
                 *
                 * Another paragraph with {@link A::S}, {@link Iface#op}, {@link #local}, `code` and @p name.
                 * @param one the first,
                 *   on two lines
                 * @param two the second
                 * @return what comes back
                 * @throws Oops when it fails
                 * @exception A::Other sometimes
                 * @see Elsewhere.
                 * this is not part of see
                 * @see Iface#op
                 * @remark mind this
                 * @remarks and that
                 * @deprecated use T
                 * @frobnicate unknown
                 * and its text
                 **/
                """))
        #expect(
            comment.overview
                == "First line and second.\nAnother paragraph with A::S, Iface.op, local, code and name.")
        #expect(comment.parameters.map(\.name) == ["one", "two"])
        #expect(comment.parameters.map(\.text) == ["the first, on two lines", "the second"])
        #expect(comment.returns == "what comes back")
        #expect(comment.exceptions.map(\.name) == ["Oops", "A::Other"])
        #expect(comment.exceptions.map(\.text) == ["when it fails", "sometimes"])
        #expect(comment.see == ["Elsewhere", "Iface#op"])
        #expect(comment.remarks == "mind this\nand that")
        #expect(comment.deprecated == "use T")
    }

    @Test(
        "forms",
        arguments: [
            ("/// one\n/// two", "one two"), ("/** one */", "one"), ("/// one\n///\n/// two", "one\ntwo"),
            ("/** one\n two **/", "one two"), ("/** old */ /** new */", "new"), ("/// old\n/** new */", "new"),
            ("/// doc\n[\"x\"]", "doc"), ("[\"x\"] /// doc\n", "doc"), ("/// doc\n// plain\n", "doc"),
            ("/** a * b */", "a * b"), ("/** broken {@link x */", "broken {@link x"), ("/** a@b @ c */", "a@b @ c"),
            ("/** @deprecated */", ""),
        ])
    func forms(text: String, overview: String) throws {
        #expect(try comment(text)?.overview == overview)
    }

    @Test(
        "no doc comments", arguments: ["// plain", "/* plain */", "//// rule", "/**/", "/*** box ***/", "///< behind"])
    func none(text: String) throws {
        #expect(try comment(text) == nil)
    }

    @Test("carriage returns leave no trace") func carriageReturns() throws {
        #expect(try comment("/**\r\n * one\r\n * @see X\r\n */\r\n")?.overview == "one")
        #expect(try comment("/// one\r\n/// two\r\n")?.overview == "one two")
    }

    @Test("each element has its own") func elements() throws {
        let model = try model(
            """
            /** file */
            #include "O.ice"
            /// the module
            module A
            {
                /// the interface
                interface I
                {
                    /// the operation
                    void op(
                        /// the parameter
                        int a, int b);
                    void plain();
                }
                enum E
                {
                    /// the enumerator
                    x,
                    y
                }
                struct S { /** the member */ int i; int j; }
                /// the constant
                const int c = 1;
                /// the sequence
                sequence<int> Q;
                /// left over
            }
            module B { }
            """, with: ["O.ice": "module O { }"])
        #expect(model.modules[ScopedName("::O")]?.info.comment == nil)
        #expect(model.modules[ScopedName("::A")]?.info.comment?.overview == "the module")
        let interface = try #require(model.interfaces[ScopedName("::A::I")])
        #expect(interface.info.comment?.overview == "the interface")
        #expect(interface.operations.map(\.info.comment?.overview) == ["the operation", nil])
        #expect(interface.operations[0].inParameters.map(\.info.comment?.overview) == ["the parameter", nil])
        #expect(
            model.enums[ScopedName("::A::E")]?.enumerators.map(\.info.comment?.overview) == ["the enumerator", nil])
        #expect(model.structs[ScopedName("::A::S")]?.members.map(\.info.comment?.overview) == ["the member", nil])
        #expect(model.constants[ScopedName("::A::c")]?.info.comment?.overview == "the constant")
        #expect(model.sequences[ScopedName("::A::Q")]?.info.comment?.overview == "the sequence")
        #expect(model.modules[ScopedName("::B")]?.info.comment == nil)
    }
}
