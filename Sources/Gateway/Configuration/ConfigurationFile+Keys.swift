import Ice
import SliceJSON

extension ConfigurationFile {
    // MARK: Every key, with what docs/configuration-reference.md says of it

    static func read(_ root: ConfigurationSection, into configuration: inout GatewayConfiguration) {
        root.value(
            "listen", .address, &configuration.listen,
            "Where HTTP is served; port 0 takes a free one. `0.0.0.0:8080` or `:8080` for all addresses")
        root.value("threads", .integer(0...256), &configuration.threads, "Event loops; 0 is one a core")
        root.section("tls", "HTTPS instead of HTTP; files in PEM", isAbsent: true) { configuration.tls = tls($0) }
        root.section("slice", "Which Slice is loaded") { slice in
            slice.strings(
                "files", &configuration.slice.files, "Slice files, or folders of them", example: "[slice/Greeter.ice]")
            slice.strings("include", &configuration.slice.include, "Folders for `#include`, as `/usr/share/ice/slice`")
            slice.strings("define", &configuration.slice.define, "Macros, `NAME` or `NAME=VALUE`")
        }
        root.entries(
            "services", "Ice objects by their name in the URL, which may be a template, `\"servers/{id}\"`",
            example: "greeter"
        ) { name, section in
            if let service = service(name, section) { configuration.services.append(service) }
        }
        root.items("routes", "REST routes to operations whose Slice can't be edited") { item in
            if let route = route(item) { configuration.routes.append(route) }
        }
        root.section("context", "The request context that clients may give") { context in
            context.strings("allow", &configuration.context.allow, "Keys that `Ice-Context` may name")
            context.values(
                "headers", of: "header fields", .single,
                "Context keys that get a field's value, as `{Authorization: token}`"
            ) { configuration.context.headers[$0] = $1 }
        }
        root.values(
            "exceptions", of: "type ids", .integer(400...599),
            "HTTP statuses of user exceptions and those derived from them, as `{\"::Bank::InsufficientFunds\": 409}`"
        ) { configuration.exceptions[$0] = $1 }
        root.section("errors", "What problem documents tell") { errors in
            errors.value(
                "expose_server_text", .bool, &configuration.exposeServerText,
                "Whether clients get the texts of servers' unknown exceptions")
        }
        root.section("json", "Slice as JSON") { json(&configuration, $0) }
        root.section("proxies", "Which proxies cross the gateway") { proxies in
            proxies.value(
                "out", .cases, &configuration.proxies.out,
                "Proxies in results: stringified, without endpoints, or as links of services")
            proxies.value(
                "accept", .cases, &configuration.proxies.accept,
                "Which proxies clients may send beside `null`; `any` lets them choose whom servers call")
        }
        root.section("limits", "What one gateway takes") { limits(&configuration.limits, $0) }
        root.section("invocations", "Calls with `Prefer: respond-async` or `Idempotency-Key`") { invocations in
            invocations.value(
                "keep", .duration, &configuration.invocations.keep, "How long a result is kept after the end")
            invocations.value(
                "max", .integer(1...10_000_000), &configuration.invocations.maximum,
                "How many are kept, running ones too")
            invocations.value(
                "wait_max", .duration, &configuration.invocations.longestWait, "The longest `Prefer: wait`")
        }
        root.section("cors", "Web pages of other origins") { cors in
            cors.strings(
                "origins", &configuration.cors.origins,
                "Origins whose pages may call, as `https://example.com`, or `*`; others get a 403")
            cors.strings(
                "headers", &configuration.cors.headers, "Header fields their requests may have beside the gateway's own"
            )
            cors.value(
                "max_age", .duration, &configuration.cors.maximumAge, "How long a browser may keep a preflight's answer"
            )
        }
        root.section("log", "The log on standard error, the access log on standard output") { log in
            let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
            log.value("level", .choice(levels.map { ($0, $0) }), &configuration.logLevel, "From which level on")
            log.value("access", .cases, &configuration.accessLog, "A line of JSON for each request, or none")
        }
        root.section("shutdown", "The end, after SIGTERM") { shutdown in
            shutdown.value(
                "deadline", .duration, &configuration.shutdownDeadline, "How long requests in flight have to finish")
        }
        root.values(
            "ice", of: "property names", .single, "Properties of Ice and IceSSL, as `{Ice.MessageSizeMax: 1024}`"
        ) { configuration.ice[$0] = $1 }
    }

    private static func json(_ configuration: inout GatewayConfiguration, _ section: ConfigurationSection) {
        section.value(
            "long", .choice([("string", .string), ("number", .number)]), &configuration.json.long,
            "How a `long` is written; both are read")
        section.value(
            "unknown_members", .choice([("reject", .reject), ("ignore", .ignore)]), &configuration.json.unknownMembers,
            "Members of objects that Slice doesn't know")
        section.value(
            "depth", .integer(1...512), &configuration.json.depth, "How deep arrays and objects of a body may nest")
        section.value(
            "slices_key", .slicesKey, &configuration.slicesKey,
            "Seals `@slices`; the same for all replicas. Without it each process makes its own", isSecret: true,
            example: "\"${ICEGATE_SLICES_KEY}\"")
    }

    private static func limits(_ limits: inout GatewayConfiguration.Limits, _ section: ConfigurationSection) {
        section.value("body", .size(0...(1 << 30)), &limits.body, "Of a request; more is 413")
        section.value(
            "header", .size(1024...(1 << 20)), &limits.header,
            "Request line and header fields; also the memory of an idle connection; more is 431")
        section.value("uri", .size(64...(1 << 20)), &limits.uri, "Path and query; more is 414")
        section.value("connections", .integer(1...1_000_000), &limits.connections, "Clients' connections")
        section.value(
            "in_flight", .integer(1...10_000_000), &limits.inFlight, "Invocations without an answer; more is 503")
        section.value(
            "in_flight_per_target", .integer(1...10_000_000), &limits.inFlightPerTarget, "Those of one service")
        section.value(
            "unsent_per_target", .size(1024...(1 << 40)), &limits.unsentPerTarget,
            "What a target has not taken yet; more is 503")
        section.value(
            "requests_per_client", .integer(0...10_000_000), &limits.requestsPerClient,
            "Requests without an answer, by the client's address; more is 429; 0 is any number")
        section.value("slow_client", .duration, &limits.slowClient, "For a whole request; more is 408")
    }
}
