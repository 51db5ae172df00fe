import Modelling

/// - Returns: nil when the factor is not from 0 to 1, or the rows have different lengths.
func interpolated(_ grid: Grid, factor: Float) -> Grid? {
    guard (0...1).contains(factor), Set(grid.map(\.count)).count <= 1 else { return nil }
    return grid.indices.map { row in
        grid[row].indices.map { column in
            let value = grid[row][column]
            let neighbours = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
                .filter { grid.indices.contains($0) && grid[row].indices.contains($1) }
                .map { grid[$0][$1] }
            guard !neighbours.isEmpty else { return value }
            return value + factor * (neighbours.reduce(0, +) / Float(neighbours.count) - value)
        }
    }
}
