import ArgumentParser
import Gateway
import GatewayHTTP
import Ice
import IceMock
import IcegateCommands

struct Mock: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve mocks of the interfaces of Slice files: real Ice objects that answer what a file says.",
        usage: "icegate mock [<options>] <slice> ...",
        discussion: """
            Without --answers every operation answers with an example of its result type.

            Example:
              icegate mock slice/Greeter.ice
            With --answers answers.json, which may say {"greet": "Hello, ${name}!"}.

            Exit status: 0 after SIGTERM or SIGINT, 1 an error, 64 wrong arguments.
            """)

    @Argument(help: "Slice files, or folders with Slice files.", completion: .file(extensions: ["ice"]))
    var slice: [String]

    @OptionGroup var preprocessor: PreprocessorOptions

    @Option(help: "JSON file with the answers.")
    var answers: String?

    @Option(help: "Ice endpoints of the mocks.")
    var endpoints = "tcp -h 127.0.0.1 -p 4061"

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Identity of a mock, as greeter, or greeter=::Demo::Greeter when there are several interfaces; may be repeated, and then only these are served.",
            valueName: "identity[=typeid]"))
    var identity: [String] = []

    @Option(parsing: .singleValue, help: "Facet the mocks have besides the default one; may be repeated.")
    var facet: [String] = []

    @Flag(help: "Print each call and its answer as a line of JSON.")
    var record = false

    func run() throws {
        Signals.block()
        let mocks = try load()
        let communicator = try Communicator()
        defer { blockingWait { await communicator.destroy() } }
        let adapter: ObjectAdapter
        do {
            adapter = try communicator.createObjectAdapterWithEndpoints(name: "Mock", endpoints: endpoints)
        } catch {
            throw Self.failed("cannot listen at '\(endpoints)': \(error.message)")
        }
        for mock in mocks {
            let proxy = try adapter.add(servant: mock.servant, identity: mock.identity)
            for facet in Set(facet) where !facet.isEmpty {
                try adapter.add(servant: mock.servant, identity: mock.identity, facet: facet)
            }
            print("\(mock.typeId)  \(proxy)")
        }
        try adapter.activate()
        print("Try: \(try gateway(mocks, adapter))")
        flushStandardOutput()
        Signals.waitForTermination()
        for mock in mocks { mock.servant.endDelays() }
    }

    private static func failed(_ message: String) -> ExitCode {
        Terminal.complain("icegate: error: \(message)")
        return ExitCode.failure
    }
}

extension Mock {
    // MARK: Loading

    private struct MockObject {
        var identity: Identity
        var typeId: String
        var servant: SliceServant
    }

    private func load() throws -> [MockObject] {
        let (files, missing) = SliceFiles.expand(slice)
        guard missing.isEmpty else {
            Terminal.complain(
                ConfigurationReport(
                    missing.map { ConfigurationError(source: $0.path, message: $0.reason, hint: $0.hint) }
                ).text)
            throw ExitCode.failure
        }
        var sources = GatewayConfiguration.SliceSources()
        (sources.files, sources.include, sources.define) = (files, preprocessor.folders, preprocessor.define)
        let compiled = SliceLoading.load(sources)
        if !compiled.report.isEmpty { Terminal.complain(compiled.report.text) }
        guard compiled.model != nil else { throw ExitCode.failure }
        do {
            let loaded = try LoadedSlice(files: files, include: sources.include, define: sources.define)
            let answers = try answers.map { path in
                guard let text = TextFile.read(path) else {
                    throw Self.failed("\(path): the file can't be read, or is not UTF-8")
                }
                return try AnswerFile(text, name: path, for: loaded)
            }
            return try objects(loaded).map { identity, typeId in
                let servant = try SliceServant(interface: typeId, in: loaded, answers: answers, observer: observer)
                return MockObject(identity: identity, typeId: servant.iceTypeIds.first ?? typeId, servant: servant)
            }
        } catch let failure as MockFailure {
            Terminal.complain("\(failure)")
            throw ExitCode.failure
        }
    }

    private var observer: SliceServant.Observer? {
        guard record else { return nil }
        return { call, answer in
            guard case .object(var members) = call.json else { return }
            members.append(answer.json)
            print(JSONValue.object(members))
            flushStandardOutput()
        }
    }

    /// The identities and interfaces asked for, or all interfaces.
    private func objects(_ loaded: LoadedSlice) throws -> [(Identity, String)] {
        let interfaces = loaded.interfaces
        guard !interfaces.isEmpty else { throw Self.failed("there is no interface in the Slice files") }
        var objects: [(Identity, String)] = []
        if identity.isEmpty {
            for typeId in interfaces { objects.append((Identity(name: ServiceNaming.name(of: typeId)), typeId)) }
        }
        for text in identity {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = parts.first, parts.count == 2 || interfaces.count == 1 else {
                throw Self.failed(
                    "--identity '\(text)': there are several interfaces, say which one: \(text)=\(interfaces.first ?? "")"
                )
            }
            do {
                objects.append((try Identity(parsing: name), parts.count == 2 ? parts[1] : interfaces[0]))
            } catch {
                throw Self.failed("--identity '\(text)': \(error.message)")
            }
        }
        for (index, object) in objects.enumerated() where objects[..<index].contains(where: { $0.0 == object.0 }) {
            throw Self.failed(
                "two objects have the identity '\(object.0)'; name them, as --identity other=\(object.1)")
        }
        return objects
    }

    /// The command line of a gateway in front of the mocks.
    private func gateway(_ mocks: [MockObject], _ adapter: ObjectAdapter) throws -> String {
        var words = ["icegate", "serve"] + slice + preprocessor.words
        for mock in mocks {
            words += ["--service", "\(mock.identity.name)=\(try adapter.createProxy(mock.identity))@\(mock.typeId)"]
        }
        return ShellText.line(words)
    }
}
