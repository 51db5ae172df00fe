import ArgumentParser
import Gateway
import GatewayHTTP
import Glibc
import Ice
import IcegateCommands
import Slice

struct Call: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Call an operation of an Ice object, without HTTP: JSON in, JSON out.",
        discussion: """
            Examples:
              icegate call 'greeter:tcp -h localhost -p 4061' ice_ids
              icegate call 'greeter:tcp -h localhost -p 4061' --slice slice/Greeter.ice
              icegate call 'greeter:tcp -h localhost -p 4061' \\
                --slice slice/Greeter.ice greet '{"name":"alice"}'

            Without OPERATION the operations are listed. Every object has ice_ping, ice_id, ice_ids and ice_isA, which need no Slice.
            The result goes to standard output, an exception to standard error.

            Exit status: 0 done, 1 user exception, 2 local exception, 64 nothing was sent: wrong arguments, JSON, proxy or Slice.
            """)

    @Argument(
        help: "The object, as a stringified proxy, or a service of --config.", completion: .custom { _, _, _ in [] })
    var proxy: String

    @Argument(help: "The operation; without it they are listed.")
    var operation: String?

    @Argument(help: "Its in-parameters as a JSON object; @FILE reads a file, - standard input.")
    var json: String?

    @OptionGroup var options: CallOptions

    @Option(
        help: ArgumentHelp("The object's interface, when Slice has several with that operation.", valueName: "typeid"))
    var interface: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("An entry of the request context; may be repeated.", valueName: "key=value"))
    var context: [String] = []

    @Flag(help: "Don't wait for an answer, as with -o in the proxy.")
    var oneway = false

    @Option(help: ArgumentHelp("How long to wait for the answer, as 500ms, 30s or 5m.", valueName: "duration"))
    var timeout = "30s"

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Indent the result; by default on a terminal.")
    var pretty: Bool?

    func run() throws {
        do {
            try call()
        } catch let failure as CallFailure {
            Terminal.complain("\(failure)")
            throw ExitCode(EX_USAGE)
        }
    }

    private func call() throws {
        let settings = try options.settings(proxy)
        let communicator: Communicator
        do {
            communicator = try Communicator(settings.ice)
        } catch {
            throw CallFailure("--ice: \(error.message)", hint: nil)
        }
        defer { blockingWait { await communicator.destroy() } }
        let proxy = try prepare(try CallProxy.parse(settings.proxy, communicator))
        let slice = CallableSlice(try options.model(settings), defaults: communicator.proxyDefaults)
        guard let operation else {
            let text = try CallListing.text(
                slice, interface: interface ?? settings.interface, proxy: self.proxy, arguments: options.words()
            ) { Self.typeIDs(of: proxy) }
            return print(text, terminator: "")
        }
        let callable = try slice.operation(operation, interface: interface ?? settings.interface) {
            Self.typeIDs(of: proxy)
        }
        if !proxy.ice_isTwoway(), !callable.canBeOneway {
            throw CallFailure(
                "\(operation) has results or exceptions, which need a twoway proxy: \(callable.signature)",
                hint: "call it without --oneway, and without -o, -O, -d or -D in the proxy")
        }
        let parameters = try callable.encode(try json.map(argument), proxy)
        var entries = settings.context
        entries.merge(try ContextEntries.parse(context)) { $1 }
        let context = entries.isEmpty ? nil : entries
        try finish(blockingWait { await callable.invoke(proxy, parameters, context: context) })
    }

    /// What the target says it is; nil when it can't answer.
    private static func typeIDs(of proxy: ObjectPrx) -> [String]? {
        guard proxy.ice_isTwoway() else { return nil }
        return try? blockingWait { await Result { try await proxy.ice_ids() } }.get()
    }

    private func prepare(_ proxy: ObjectPrx) throws -> ObjectPrx {
        guard let duration = UnitParsing.duration(timeout), duration > .zero else {
            throw CallFailure("--timeout '\(timeout)' is not a duration", hint: "as 500ms, 30s or 5m")
        }
        let milliseconds = duration / .milliseconds(1)
        let timed = proxy.ice_invocationTimeout(Int32(min(milliseconds, Double(Int32.max))))
        return oneway ? timed.ice_oneway() : timed
    }

    private func argument(_ json: String) throws -> JSONArgument {
        if json == "-" {
            guard let text = TextFile.standardInput() else {
                throw CallFailure("standard input is larger than \(TextFile.limit >> 20) MiB", hint: nil)
            }
            return JSONArgument(text: text, source: "standard input")
        }
        guard json.hasPrefix("@") else { return JSONArgument(text: Array(json.utf8), source: "JSON") }
        let file = String(json.dropFirst())
        guard let text = TextFile.read(file) else {
            throw CallFailure("\(file): \(TextFile.whyUnreadable(file))", hint: nil)
        }
        return JSONArgument(text: Array(text.utf8), source: file)
    }

    private func finish(_ outcome: CallOutcome) throws {
        switch outcome {
        case .result(let json):
            guard TextFile.write(shown(json) + [UInt8(ascii: "\n")], STDOUT_FILENO) else {
                let reason = String(cString: strerror(errno))
                Terminal.complain("icegate: error: standard output: \(reason)\nexecuted: the servant ran")
                throw ExitCode(EX_IOERR)
            }
        case .sent: print("{\"sent\":true}")
        case .userException(let typeID, let json):
            Terminal.complain("icegate: error: the operation threw \(typeID)")
            TextFile.write(shown(json, STDERR_FILENO) + [UInt8(ascii: "\n")], STDERR_FILENO)
        case .failed(let exception, let execution):
            Terminal.complain("icegate: error: \(exception)\n\(execution.text)")
        }
        guard outcome.exitStatus == 0 else { throw ExitCode(outcome.exitStatus) }
    }

    private func shown(_ json: [UInt8], _ descriptor: CInt = STDOUT_FILENO) -> [UInt8] {
        let isSeen = isatty(descriptor) == 1
        let text = isSeen ? JSONIndent.withoutControls(json) : json
        return pretty ?? isSeen ? JSONIndent.indented(text) : text
    }
}
