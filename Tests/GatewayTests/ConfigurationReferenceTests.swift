import Foundation
import Ice
import Slice
import Testing

@testable import Gateway

@Suite("Configuration reference") struct ConfigurationReferenceTests {
    private static let page = Repository.file("docs/configuration-reference.md")
    private static let example = Repository.file("docs/icegate.example.yaml")

    private func load(_ text: String) -> (GatewayConfiguration, [ConfigurationError]) {
        var configuration = GatewayConfiguration()
        let errors = ConfigurationFile.apply(
            text, file: "example", environment: ["ICEGATE_SLICES_KEY": "0123456789abcdef"], to: &configuration)
        return (configuration, errors)
    }

    @Test("the page and the example file are what the reader says; `make configuration` writes them anew")
    func current() throws {
        let keys = ConfigurationFile.keys()
        for (file, expected) in [
            (Self.page, ConfigurationPages.reference(keys)), (Self.example, ConfigurationPages.example(keys)),
        ] {
            if ProcessInfo.processInfo.environment["ICEGATE_WRITE_CONFIGURATION"] == "1" {
                try expected.write(to: file, atomically: true, encoding: .utf8)
            } else {
                #expect(
                    try String(contentsOf: file, encoding: .utf8) == expected,
                    "run `make configuration` for \(file.lastPathComponent)")
            }
        }
    }

    @Test("the example file is accepted, and says what holds without it")
    func exampleFile() async throws {
        let (configuration, errors) = load(try String(contentsOf: Self.example, encoding: .utf8))
        #expect(errors == [])
        #expect(configuration.slice.files == ["slice/Greeter.ice"] && configuration.services.count == 1)
        let ours = ConfigurationFile.keys(configuration).filter { $0.path != ["slice", "files"] }
        #expect(ours == ConfigurationFile.keys().filter { $0.path != ["slice", "files"] })
        let service = try #require(configuration.services.first)
        #expect(service.mode == .twoway && service.timeout == .seconds(30) && service.allowedOperations == ["*"])

        let file = try String(contentsOf: Repository.file("slice/Greeter.ice"), encoding: .utf8)
        let model = try #require(SliceCompiler.compile(source: file, name: "Greeter.ice").model)
        let communicator = try Communicator()
        let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
        await communicator.destroy()
        #expect(result.errors.map(\.description) == [])
        #expect(result.gateway?.routes.routes.isEmpty == false)
    }

    @Test("what is commented out in the example file is accepted, too")
    func wholeExample() throws {
        let text = ConfigurationPages.uncommented(try String(contentsOf: Self.example, encoding: .utf8))
        let (configuration, errors) = load(text)
        #expect(errors == [])
        let service = try #require(configuration.services.first)
        #expect(configuration.tls?.clientCA != nil && configuration.slicesKey != nil)
        #expect(service.interface == "::VisitorCenter::Greeter" && service.authentication?.jwt?.audience != nil)
        let route = try #require(configuration.routes.first)
        #expect(route.method == "GET" && route.status == 200 && route.rawBody != nil)
    }

    @Test("every key is described, and none twice")
    func described() {
        let keys = ConfigurationFile.keys()
        #expect(keys.count > 50)
        #expect(keys.filter { $0.description.isEmpty || $0.description.hasSuffix(".") } == [])
        #expect(Set(keys.map(\.path)).count == keys.count)
    }

    @Test(
        "defaults are printed as they are read",
        arguments: [
            (Duration.milliseconds(250), "250ms"), (.seconds(30), "30s"), (.seconds(60), "60s"), (.seconds(90), "90s"),
            (.seconds(600), "10m"), (.seconds(3600), "60m"), (.seconds(7200), "2h"), (.zero, "0ms"),
        ])
    func durations(_ duration: Duration, _ text: String) {
        #expect(UnitParsing.text(of: duration) == text)
        #expect(UnitParsing.duration(text) == duration)
    }

    @Test(
        "sizes are printed as they are read",
        arguments: [(0, "0B"), (1000, "1000B"), (8192, "8KiB"), (8 << 20, "8MiB")])
    func sizes(_ bytes: Int, _ text: String) {
        #expect(UnitParsing.text(ofSize: bytes) == text)
        #expect(UnitParsing.size(text) == bytes)
    }
}
