/// A place in a source: which inclusion of a file, and the offset in its text.
struct Position: Hashable {
    /// An index into ``SourceMap/units``.
    var unit: Int32
    var offset: Int32
}

/// A stretch of source text, with the macro it came out of, if any.
struct Span {
    var position: Position
    var length: Int32
    /// An index into ``SourceMap/macros``; −1 for text that stands in the file as it is.
    var macro: Int32

    init(position: Position, length: Int32, macro: Int32 = -1) {
        self.position = position
        self.length = length
        self.macro = macro
    }
}

/// Where everything of one translation unit came from.
final class SourceMap {
    /// One inclusion of a file.
    struct Unit {
        var file: SourceFile
        /// The `#include` that brought it; nil for the main file.
        var includedFrom: Position?
        /// What `#line` said: from the physical line `from` on, lines count from `line` and belong to `file`.
        var lineDirectives: [(from: Int, line: Int, file: String?)] = []
    }

    private(set) var units: [Unit] = []
    /// The macros that were expanded: their names and where they are defined.
    private(set) var macros: [(name: String, definition: Position?)] = []

    func addUnit(_ file: SourceFile, includedFrom: Position?) -> Int32 {
        units.append(Unit(file: file, includedFrom: includedFrom))
        return Int32(units.count - 1)
    }

    func addMacro(name: String, definition: Position?) -> Int32 {
        macros.append((name, definition))
        return Int32(macros.count - 1)
    }

    func addLineDirective(unit: Int32, from: Int, line: Int, file: String?) {
        let previous = units[Int(unit)].lineDirectives.last?.file
        units[Int(unit)].lineDirectives.append((from, line, file ?? previous))
    }

    func file(of position: Position) -> SourceFile { units[Int(position.unit)].file }

    func isMain(_ position: Position) -> Bool { units[Int(position.unit)].includedFrom == nil }

    /// The file, line and column to show, as `#line` wants them.
    func location(_ position: Position) -> SourceLocation {
        let unit = units[Int(position.unit)]
        let line = unit.file.line(at: Int(position.offset))
        let column = unit.file.column(at: Int(position.offset))
        let index = partition(count: unit.lineDirectives.count) { unit.lineDirectives[$0].from > line }
        guard index > 0 else { return SourceLocation(file: unit.file.path, line: line, column: column) }
        let directive = unit.lineDirectives[index - 1]
        return SourceLocation(
            file: directive.file ?? unit.file.path, line: directive.line + (line - directive.from), column: column)
    }

    /// The text of the line a position stands in.
    func lineText(_ position: Position) -> String? {
        let file = file(of: position)
        return file.lineText(file.line(at: Int(position.offset)))
    }
}
