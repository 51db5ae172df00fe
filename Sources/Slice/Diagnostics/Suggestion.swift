/// What somebody may have meant who wrote something else.
package enum Suggestion {
    /// The known word that is nearest to a mistyped one; nil when none is near.
    package static func nearest(to word: String, in known: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().prefix(100))
        var best: (word: String, distance: Int)?
        for candidate in known where candidate != word {
            let distance = distance(letters, Array(candidate.lowercased().prefix(100)))
            // A third of a word may be wrong.
            guard distance <= max(1, min(letters.count, candidate.count) / 3) else { continue }
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// How many letters were left out, put in, exchanged or swapped with the next: Damerau and Levenshtein's distance.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var least = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    least = min(least, beforeLast[column - 2] + 1)
                }
                current.append(least)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
