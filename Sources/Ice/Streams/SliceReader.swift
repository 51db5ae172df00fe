import IceEncoding

/// What a stream knows about the instances and slices that it has met.
final class SliceReader {
    struct Slice {
        var flags: SliceFlags
    }
    var current: Slice?
}
