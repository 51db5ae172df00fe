/// How ``Echo`` is asked to fail.
public enum Kind: String, CaseIterable, Sendable {
    case base, division, range, far, none
}
