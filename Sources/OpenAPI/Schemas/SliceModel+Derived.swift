import Slice

extension SliceModel {
    /// Every exception with this one among its bases, in source order.
    func exceptionsDerived(from base: ScopedName) -> [ScopedName] {
        descendants(of: base) { exceptions[$0]?.base }
    }

    /// Every class with this one among its bases, in source order.
    func classesDerived(from base: ScopedName) -> [ScopedName] {
        descendants(of: base) { classes[$0]?.base }
    }

    private func descendants(of ancestor: ScopedName, base: (ScopedName) -> ScopedName?) -> [ScopedName] {
        var seen: Set<ScopedName> = []
        return order.filter { name in
            var next = base(name)
            while let current = next {
                if current == ancestor { return seen.insert(name).inserted }
                next = base(current)
            }
            return false
        }
    }
}
