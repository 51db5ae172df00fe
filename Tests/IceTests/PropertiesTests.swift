import Foundation
@testable import Ice
import Testing

@Suite("Properties")
struct PropertiesTests {
    // MARK: Lines

    @Test(
        "a line of a configuration file",
        arguments: [
            ("A=b", "A", "b"), ("  A.B \t=\t b c \r", "A.B", "b c"), ("A=", "A", ""), ("A=b # comment", "A", "b"),
            ("A=b#c", "A", "b"), (##"A=b\#c"##, "A", "b#c"), (#"A\=B=c\=d=e"#, "A=B", "c=d=e"),
            (#"A=C:\\Ice\bin"#, "A", #"C:\Ice\bin"#),
            (#"A=\ b\ "#, "A", " b "), (#"A=b \ "#, "A", "b "), (#"A=\ "#, "A", " "), (#"A=b\ c"#, "A", "b c"),
            (#"A=b \  c"#, "A", "b   c"), (#"A=\ \ b"#, "A", "  b"), (#"A= \ b"#, "A", " b"), (#"A=b\"#, "A", #"b\"#),
            (#"\ A\ B\ =c"#, "A B", "c"), (##"A\#B=c"##, "A#B", "c"), (#"A\B=c"#, #"A\B"#, "c"), ("Ä=ö ü", "Ä", "ö ü"),
        ])
    func line(text: String, name: String, value: String) {
        #expect(PropertyLine(text) == .entry(name: name, value: value))
    }

    @Test("lines that say nothing", arguments: ["", " \t\r", "# A=b", "  # A=b"])
    func blankLine(text: String) {
        #expect(PropertyLine(text) == .nothing)
    }

    @Test("lines that are no property", arguments: ["A", "A # =b", "=b", " = ", "=", #"A\=b"#])
    func invalidLine(text: String) {
        #expect(PropertyLine(text) == .invalid)
    }

    // MARK: Files

    @Test("a file: byte order mark, both ends of lines, comments, the last of equal names, lines that are none")
    func file() throws {
        try withFile("\u{FEFF}Ice.Trace.Network=1\r\n# nothing\nGreeter.Endpoints = tcp -p 4061 \nlost\n\nA=1\nA=2") {
            path in
            let properties = Properties()
            var reported: [Int] = []
            try properties.load(path) { reported.append($0) }
            #expect(
                properties.getPropertiesForPrefix("") == [
                    "Ice.Trace.Network": "1", "Greeter.Endpoints": "tcp -p 4061", "A": "2",
                ])
            #expect(reported == [4])
        }
    }

    @Test("a file that is not there, a folder, and one that is not UTF-8 are errors")
    func badFiles() throws {
        let properties = Properties()
        #expect(throws: LocalException(.file, "")) { try properties.load("/nonexistent/config") }
        #expect(throws: LocalException(.file, "")) { try properties.load("/") }
        try withFile(Data([0x41, 0x3D, 0xFF])) { path in
            #expect(throws: LocalException(.file, "")) { try properties.load(path) }
        }
        #expect(properties.names == [])
    }

    // MARK: Command lines

    @Test("options of a prefix are taken, the others stay in their order")
    func commandLine() {
        let properties = Properties()
        let rest = properties.parseCommandLineOptions(
            prefix: "Greeter",
            options: [
                "-v", "--Greeter.Endpoints=tcp -p 0", "file", "--Greeter.Fast", "--GreeterX.A=1", "--Greeter",
                "--Greeter.Size = 3",
            ])
        #expect(rest == ["-v", "file", "--GreeterX.A=1", "--Greeter"])
        #expect(
            properties.getCommandLineOptions() == [
                "--Greeter.Endpoints=tcp -p 0", "--Greeter.Fast=1", "--Greeter.Size=3",
            ])
    }

    @Test("an empty prefix takes all options with two dashes; what has no name is dropped")
    func emptyPrefix() {
        let properties = Properties()
        #expect(properties.parseCommandLineOptions(prefix: "", options: ["--a=b", "-c", "--=d"]) == ["-c"])
        #expect(properties.names == ["a"])
    }

    @Test("Ice's prefixes are those of Ice and its services")
    func icePrefixes() {
        let properties = Properties()
        let rest = properties.parseIceCommandLineOptions(
            ["--Ice.Trace.Network=2", "--IceSSL.DefaultDir=/tls", "--Icee.X=1", "--Glacier2.InstanceName=G", "rest"])
        #expect(rest == ["--Icee.X=1", "rest"])
        #expect(properties.names == ["Glacier2.InstanceName", "Ice.Trace.Network", "IceSSL.DefaultDir"])
    }

    @Test("defaults, then files in their order, then the command line")
    func precedence() throws {
        try withFile("A=first\nB=first\nIce.Trace.Retry=1\nIce.Trace.Network=1") { first in
            try withFile("B=second") { second in
                var arguments = ["server", "--Ice.Trace.Network=3", "--Ice.Config=\(first), \(second)", "-x"]
                let properties = try createProperties(&arguments, defaults: ["A": "default", "C": "default"])
                #expect(arguments == ["server", "-x"])
                #expect(properties.getProperty("A") == "first")
                #expect(properties.getProperty("B") == "second")
                #expect(properties.getProperty("C") == "default")
                #expect(properties.getProperty("Ice.Trace.Retry") == "1")
                #expect(properties.getProperty("Ice.Trace.Network") == "3")
                #expect(properties.getProperty("Ice.Config") == "\(first), \(second)")
            }
        }
    }

    @Test("ICE_CONFIG is read when no option names a file")
    func environment() throws {
        try withFile("A=environment") { variable in
            try withFile("A=option") { option in
                let defaults: Properties = ["Ice.Config": "already-read"]
                for (arguments, properties, value) in [
                    ([], [:], "environment"), (["--Ice.Config"], [:], "environment"),
                    (["--Ice.Config=\(option)"], [:], "option"), ([], defaults, ""),
                ] as [([String], Properties, String)] {
                    let rest = try properties.load(arguments: arguments) { $0 == "ICE_CONFIG" ? variable : nil }
                    #expect(rest == [])
                    #expect(properties.getProperty("A") == value)
                }
            }
        }
        let rest = try Properties().load(arguments: ["x"]) { _ in nil }
        #expect(rest == ["x"])
        #expect(throws: LocalException(.file, "")) { try createProperties(["--Ice.Config=/nonexistent/config"]) }
    }

    // MARK: Values

    @Test("numbers")
    func numbers() throws {
        let properties: Properties = ["A": "7", "B": "seven", "C": "4294967296", "Ice.MessageSizeMax": "2"]
        #expect(try properties.getPropertyAsInt("A") == 7)
        #expect(try properties.getPropertyAsInt("none") == 0)
        #expect(try properties.getPropertyAsIntWithDefault(key: "none", value: 3) == 3)
        #expect(try properties.getIcePropertyAsInt("Ice.MessageSizeMax") == 2)
        #expect(try properties.getIcePropertyAsInt("Ice.TCP.Backlog") == 511)
        for name in ["B", "C"] {
            #expect(throws: LocalException(.property, "")) { try properties.getPropertyAsInt(name) }
        }
        #expect(throws: LocalException(.property, "")) { try properties.getIcePropertyAsInt("Ice.TCP.Backlogg") }
    }

    @Test(
        "lists",
        arguments: [
            ("a b,c\td", ["a", "b", "c", "d"]), ("  ", ["default"]), (#""a b" 'c,d'"#, ["a b", "c,d"]),
            (#"a"b c"d"#, ["ab cd"]), (#"'it\'s' \"x"#, ["it's", #""x"#]), (#"'a\b'"#, [#"a\b"#]),
            ("\"open", ["default"]),
        ])
    func lists(text: String, elements: [String]) {
        let properties: Properties = ["A": text]
        #expect(properties.getPropertyAsListWithDefault(key: "A", value: ["default"]) == elements)
    }

    @Test("texts, defaults and prefixes")
    func texts() {
        let properties: Properties = ["Ice.Default.Host": "localhost", "A.B": "1", "AB": "2"]
        #expect(properties.getProperty("A.B") == "1")
        #expect(properties.getProperty("none") == "")
        #expect(properties.getPropertyWithDefault(key: "none", value: "x") == "x")
        #expect(properties.getIceProperty("Ice.Default.Host") == "localhost")
        #expect(properties.getIceProperty("Ice.ImplicitContext") == "None")
        #expect(properties.getIcePropertyAsList("Ice.RetryIntervals") == ["0"])
        #expect(properties.getPropertiesForPrefix("A.") == ["A.B": "1"])
    }

    @Test("setting: blanks around a name, empty values, clones")
    func setting() {
        let properties = Properties()
        properties.setProperty(key: " A ", value: "1")
        let clone = properties.clone()
        properties.setProperty(key: "A", value: "")
        properties.setProperty(key: " ", value: "1")
        clone.setProperty(key: "B", value: "2")
        #expect(properties.names == [])
        #expect(clone.names == ["A", "B"])
    }

    @Test("what was never read is known, also behind a change of its value")
    func unused() {
        let properties: Properties = ["A": "1", "B": "1", "C.D": "1", "E": "1"]
        _ = properties.getProperty("A")
        _ = properties.getPropertiesForPrefix("C.")
        properties.setProperty(key: "A", value: "2")
        #expect(properties.unusedNames == ["B", "E"])
        #expect(properties.clone().unusedNames == ["B", "E"])
    }

    @Test("names of Ice without effect here are known; others are the application's")
    func withoutEffect() {
        let properties: Properties = [
            "Ice.ThreadPool.Server.Size": "4", "Ice.MessageSizeMax": "1", "IceSSL.Alias": "a",
            "Greeter.Endpoints": "tcp",
            "Icelandic.Name": "x", "Ice": "1",
        ]
        #expect(properties.namesWithoutEffect == ["Ice", "Ice.ThreadPool.Server.Size", "IceSSL.Alias"])
    }

    // MARK: Help

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        try withFile(Data(text.utf8), body)
    }

    private func withFile(_ content: Data, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "icegate-\(UUID())")
        try content.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file.path)
    }
}
