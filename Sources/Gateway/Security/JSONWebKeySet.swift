/// A file of keys as issuers of tokens publish it (RFC 7517 §5).
struct JSONWebKeySet {
    struct Failure: Error {
        let message: String
    }

    /// Keys at most: a token without `kid` may be tried with each.
    private static let limit = 100

    private(set) var keys: [JSONWebKey] = []
    /// What is wrong with the keys that are left out.
    private(set) var warnings: [String] = []

    init(_ text: [UInt8]) throws(Failure) {
        var found: (keys: [JSONWebKey], warnings: [String])?
        found = JSONView.parse(text) { set in
            guard let list = set["keys"]?.array else { return nil }
            var result: (keys: [JSONWebKey], warnings: [String]) = ([], [])
            for (index, json) in list.enumerated() {
                do throws(JSONWebKey.Failure) {
                    guard json.isObject else { throw JSONWebKey.Failure(message: "it is not an object") }
                    result.keys.append(try JSONWebKey(json))
                } catch {
                    let name = json["kid"]?.string.map { "'\($0)'" } ?? String(index + 1)
                    result.warnings.append("key \(name) is not used: \(error.message)")
                }
            }
            return result
        }
        guard let found else {
            throw Failure(message: "it is no JSON Web Key Set, as {\"keys\": [{\"kty\": \"EC\", …}]}")
        }
        guard found.keys.count <= Self.limit else { throw Failure(message: "it has more than \(Self.limit) keys") }
        guard !found.keys.isEmpty else {
            let reasons = found.warnings.isEmpty ? "it is empty" : found.warnings.joined(separator: "; ")
            throw Failure(message: "it has no key that can be used: \(reasons)")
        }
        (keys, warnings) = found
    }
}
