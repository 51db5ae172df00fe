import IceTesting

/// Prometheus' text format 0.0.4, read by the letter: what its server forgives is refused here, too.
struct PrometheusText {
    struct Malformed: Error {
        var message: String
    }

    struct Sample: Hashable {
        var name: String
        /// Empty values are as good as no label.
        var labels: [String: String]
    }

    private(set) var values: [Sample: Double] = [:]
    private(set) var types: [String: String] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(message: "the last line does not end") }
        var family = ""
        var helped: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                guard words.count == 4, helped.insert(words[2]).inserted else { throw Self.malformed(line) }
                family = words[2]
            } else if line.hasPrefix("# TYPE ") {
                guard words.count == 4, words[2] == family, types[family] == nil,
                    ["counter", "gauge", "histogram"].contains(words[3])
                else { throw Self.malformed(line) }
                types[family] = words[3]
            } else {
                try add(line, family)
            }
        }
        try checkHistograms()
    }

    /// The value of a sample; nil without one.
    subscript(name: String, labels: [String: String]) -> Double? { values[Sample(name: name, labels: labels)] }

    /// The sum of the samples whose labels include these.
    func sum(_ name: String, _ labels: [String: String] = [:]) -> Double {
        samples(name, labels).values.reduce(0, +)
    }

    func samples(_ name: String, _ labels: [String: String] = [:]) -> [Sample: Double] {
        values.filter { sample, _ in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
    }

    private static func malformed(_ line: Substring) -> Malformed { Malformed(message: "line '\(line)'") }

    private mutating func add(_ line: Substring, _ family: String) throws {
        guard let type = types[family], let match = line.wholeMatch(of: /([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)/),
            let value = match.3 == "+Inf" ? Double.infinity : Double(match.3)
        else { throw Self.malformed(line) }
        let name = String(match.1)
        let suffixes = type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { name == family + $0 }), type != "counter" || name.hasSuffix("_total"),
            type != "counter" || value >= 0
        else { throw Self.malformed(line) }
        let sample = Sample(name: name, labels: try Self.labels(match.2 ?? "", line))
        guard values.updateValue(value, forKey: sample) == nil else { throw Malformed(message: "twice: '\(line)'") }
    }

    private static func labels(_ text: Substring, _ line: Substring) throws -> [String: String] {
        var labels: [String: String] = [:]
        var rest = text
        while !rest.isEmpty {
            guard let match = rest.prefixMatch(of: /([a-z_][a-z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(,(?=.)|$)/),
                labels[String(match.1)] == nil
            else { throw malformed(line) }
            labels[String(match.1)] = String(match.2)
            rest = rest[match.range.upperBound...]
        }
        return labels.filter { !$0.value.isEmpty }
    }

    /// Buckets grow, and the last one is the count.
    private func checkHistograms() throws {
        for (family, type) in types where type == "histogram" {
            for (sample, count) in samples(family + "_count") {
                let buckets = samples(family + "_bucket", sample.labels).filter {
                    $0.key.labels.count == sample.labels.count + 1
                }
                let sorted = buckets.map { (bound: Self.bound($0.key), count: $0.value) }.sorted { $0.bound < $1.bound }
                guard sorted.last?.bound == .infinity, sorted.last?.count == count,
                    zip(sorted, sorted.dropFirst()).allSatisfy({ $0.count <= $1.count }),
                    self[family + "_sum", sample.labels] != nil
                else { throw Malformed(message: "histogram \(sample)") }
            }
        }
    }

    private static func bound(_ sample: Sample) -> Double {
        sample.labels["le"] == "+Inf" ? .infinity : Double(sample.labels["le"] ?? "") ?? .nan
    }
}
