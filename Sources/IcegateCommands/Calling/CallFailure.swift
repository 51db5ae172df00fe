/// Why a call can't be made as it was asked for: nothing was sent.
package struct CallFailure: Error, CustomStringConvertible {
    /// `what: error: why`, perhaps with a line of the source, a caret and hints below.
    package let description: String

    /// - Parameter report: all there is to say.
    package init(report: String) { description = report }

    /// - Parameter hint: what to do about it.
    package init(_ message: String, hint: String?) {
        description = "icegate: error: \(message)" + (hint.map { "\nhint: \($0)" } ?? "")
    }
}
