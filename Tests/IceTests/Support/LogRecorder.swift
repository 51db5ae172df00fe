import Logging
import Synchronization

/// What was logged.
final class LogRecorder: Sendable {
    struct Entry: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: Logger.Metadata

        /// The text of one value; empty when there is none.
        subscript(_ key: String) -> String { metadata[key].map { "\($0)" } ?? "" }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            recorder.notes.add(
                Entry(level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:]))
        }
    }

    let notes = Notes<Entry>()

    var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    var all: [Entry] { notes.all }

    /// Those of a category of traces.
    func traces(_ category: String) -> [Entry] { all.filter { $0["ice-category"] == category } }
}
