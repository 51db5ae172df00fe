import IceEncoding
import Testing

@testable import Gateway

@Suite("Routes by method and path") struct RouteTrieTests {
    private func trie(_ routes: [(HTTPRequest.Method, String)], closed: [String] = []) throws -> RouteTrie<String> {
        var trie = RouteTrie<String>()
        closed.forEach { trie.close($0) }
        for (method, path) in routes {
            #expect(trie.insert(method, try PathTemplate(path), "\(method.token) \(path)"))
        }
        return trie
    }

    /// What is found, or the value of `Allow`, or nothing.
    private func found(_ trie: RouteTrie<String>, _ method: HTTPRequest.Method, _ path: String) -> String? {
        Array(path.utf8).withUnsafeBytes { bytes in
            switch trie.find(method, bytes) {
            case .found(let value): value
            case .otherMethods(let methods): methods.allow
            case .unknown: nil
            }
        }
    }

    @Test("a literal beats a variable, the first segment that differs decides")
    func precedence() throws {
        let trie = try trie([
            (.get, "/a/{x}"), (.get, "/a/b"), (.get, "/{y}/b"), (.get, "/{x}/{y}/c"), (.get, "/a/{x}/d"),
        ])
        #expect(found(trie, .get, "/a/b") == "GET /a/b")
        #expect(found(trie, .get, "/a/x") == "GET /a/{x}")
        #expect(found(trie, .get, "/x/b") == "GET /{y}/b")
        // The literal `a` leads nowhere.
        #expect(found(trie, .get, "/a/b/c") == "GET /{x}/{y}/c")
        #expect(found(trie, .get, "/a/b/d") == "GET /a/{x}/d")
        #expect(found(trie, .get, "/x/x") == nil)
    }

    @Test("methods are looked for at all templates that match, and Allow names all of them")
    func methods() throws {
        let trie = try trie([
            (.get, "/a/{x}"), (.post, "/a/b"), (.put, "/a/{x}"), (.delete, "/{y}/b"), (.patch, "/c"),
        ])
        #expect(found(trie, .get, "/a/b") == "GET /a/{x}")
        #expect(found(trie, .head, "/a/b") == "GET /a/{x}")
        #expect(found(trie, .post, "/a/b") == "POST /a/b")
        #expect(found(trie, .patch, "/a/b") == "GET, HEAD, POST, PUT, DELETE")
        #expect(found(trie, .options, "/a/b") == "GET, HEAD, POST, PUT, DELETE")
        #expect(found(trie, .post, "/a/x") == "GET, HEAD, PUT")
        #expect(found(trie, .head, "/c") == "PATCH")
        #expect(found(trie, .other, "/c") == "PATCH")
    }

    @Test("segments are compared decoded, an encoded slash is data, an empty segment is nothing")
    func encoding() throws {
        let trie = try trie([(.get, "/a/b"), (.get, "/x/{y}")])
        for path in ["/a/%62", "/%61/b", "/%61/%62"] { #expect(found(trie, .get, path) == "GET /a/b") }
        for path in ["/x/%2F", "/x/a%2Fb", "/x/%00", "/x/%", "/x/%zz", "/x/.."] {
            #expect(found(trie, .get, path) == "GET /x/{y}")
        }
        for path in [
            "", "/", "a/b", "/a", "/a/", "/a/b/", "//a/b", "/a//b", "/a%2Fb", "/a/b%00", "/a/%6", "/x/", "/x//", "*",
        ] {
            #expect(found(trie, .get, path) == nil, "\(path)")
        }
    }

    @Test("a closed segment is not even a variable's value")
    func closed() throws {
        let trie = try trie([(.get, "/{x}/y"), (.get, "/{x}")], closed: ["livez"])
        for path in ["/livez", "/livez/y", "/%6Civez/y"] { #expect(found(trie, .get, path) == nil) }
        #expect(found(trie, .get, "/livezz/y") == "GET /{x}/y")
    }

    @Test("one shape has one value for a method")
    func shapes() throws {
        var trie = try trie([(.get, "/a/{x}")])
        let again = trie.insert(.get, try PathTemplate("/a/{y}"), "")
        let other = trie.insert(.put, try PathTemplate("/a/{y}"), "PUT")
        #expect(!again && other)
    }

    @Test("as a naive search finds it, on random routes")
    func random() throws {
        var generator = SplitMix64(seed: 6)
        let words = ["a", "b", "c", "{x}"]
        let methods: [HTTPRequest.Method] = [.get, .post, .put]
        var count = 0
        for _ in 0..<400 {
            var trie = RouteTrie<String>()
            var routes: [(method: HTTPRequest.Method, path: String)] = []
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                let depth = Int.random(in: 1...4, using: &generator)
                let path = (0..<depth).map { index in
                    let word = words.randomElement(using: &generator) ?? ""
                    return word == "{x}" ? "/{x\(index)}" : "/\(word)"
                }.joined()
                let method = methods.randomElement(using: &generator) ?? .get
                if trie.insert(method, try PathTemplate(path), "\(method.token) \(path)") {
                    routes.append((method, path))
                }
            }
            for _ in 0..<40 {
                let depth = Int.random(in: 1...4, using: &generator)
                let path = (0..<depth).map { _ in "/\(["a", "b", "c", "d"].randomElement(using: &generator) ?? "")" }
                    .joined()
                let method = methods.randomElement(using: &generator) ?? .get
                let expected = naive(routes, method, path)
                #expect(found(trie, method, path) == expected, "\(method.token) \(path) in \(routes)")
                if expected?.contains("{") == true { count += 1 }
            }
        }
        #expect(count > 100)
    }

    /// Every route is compared; of those that match, the one with a literal where they first differ.
    private func naive(
        _ routes: [(method: HTTPRequest.Method, path: String)], _ method: HTTPRequest.Method, _ path: String
    ) -> String? {
        let segments = path.split(separator: "/")
        let matching = routes.filter { route in
            let template = route.path.split(separator: "/")
            return template.count == segments.count
                && zip(template, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        let best = matching.filter { $0.method == method }.min { left, right in
            let kinds = { (path: String) in path.split(separator: "/").map { $0.hasPrefix("{") ? 1 : 0 } }
            return kinds(left.path).lexicographicallyPrecedes(kinds(right.path))
        }
        if let best { return "\(best.method.token) \(best.path)" }
        let allow = ["GET", "HEAD", "POST", "PUT"].filter { token in
            matching.contains { $0.method.token == (token == "HEAD" ? "GET" : token) }
        }
        return allow.isEmpty ? nil : allow.joined(separator: ", ")
    }
}

@Suite("Path templates") struct PathTemplateTests {
    @Test(
        "what is a template",
        arguments: [
            ("/a", "/a"), ("/servers/{id}/channels", "/servers/{}/channels"), ("/{a.b}/x:cancel", "/{}/x:cancel"),
            ("/a@b,c;d=1/~x", "/a@b,c;d=1/~x"),
        ])
    func good(_ text: String, _ shape: String) throws {
        let template = try PathTemplate(text)
        #expect("\(template)" == text && template.shape == shape)
    }

    @Test(
        "what is none",
        arguments: [
            "", "/", "a", "a/b", "/a/", "//a", "/a//b", "/{}", "/{a", "/a}", "/x{a}", "/{a}x", "/{a}/{a}", "/{a b}",
            "/{1a}",
            "/{a-b}", "/{a.}", "/{.a}", "/a b", "/a?b", "/a#b", "/a%20b", "/é", "/.", "/a/..", "/{a{b}}", "/{é}",
        ])
    func bad(_ text: String) {
        #expect(throws: RouteFault.self) { try PathTemplate(text) }
    }
}

@Suite("Identities of templated services") struct IdentityTemplateTests {
    @Test("values become parts of names and categories as they are, and are found again")
    func values() throws {
        for (name, category, variables) in [
            ("{id}", "s", ["id"]), ("x-{id}", "", ["id"]), ("{b}", "{a}", ["a", "b"]), ("{a}-{b}.", "c", ["b", "a"]),
            ("{a}", "{a}", ["a"]),
        ] {
            let template = try IdentityTemplate(.init(name: name, category: category), variables: variables)
            for value in [
                "1", "a b", ":tcp -h evil", "/", "\"", "\\", "é", "\u{0}", "{id}", "-",
                String(repeating: "x", count: 300),
            ] {
                let values = variables.indices.map { value + String(repeating: "+", count: $0) }
                let identity = template.identity(values)
                let found = try #require(template.values(of: identity))
                #expect(template.identity(found) == identity)
                if !name.contains("-{") { #expect(found == values) }
            }
            #expect(template.values(of: .init(name: "", category: category)) == nil)
        }
    }

    @Test("identities of other objects have no values", arguments: [("1", "t"), ("1", ""), ("", "s")])
    func others(_ name: String, _ category: String) throws {
        let template = try IdentityTemplate(.init(name: "{id}", category: "s"), variables: ["id"])
        #expect(template.values(of: .init(name: name, category: category)) == nil)
    }
}
