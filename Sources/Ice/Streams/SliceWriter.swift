import IceEncoding

/// What a stream knows about the instances and slices that it has written.
final class SliceWriter {
    struct Slice {
        var hasOptionalMembers = false
    }
    var current: Slice?
}
