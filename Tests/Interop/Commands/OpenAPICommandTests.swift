import IceTesting
import Testing

/// `icegate openapi`, beyond what the document says.
@Suite("icegate openapi", .timeLimit(.minutes(5))) struct OpenAPICommandTests {
    @Test("without a service there is a document, and a warning that it describes nothing")
    func noService() async throws {
        let slice = "\(Repository.slice)/Greeter.ice"
        let run = try await CommandRun.icegate(["openapi", slice, "--format", "json"])
        #expect(run.status == 0 && run.text.contains(#""paths""#))
        #expect(run.errors.contains("icegate: warning: there is no service"), "\(run.errors)")
        let full = try await CommandRun.icegate(["openapi", slice, "--service", "g=g:tcp -h localhost -p 4061"])
        #expect(full.status == 0 && full.errors == "", "\(full.errors)")
    }
}
