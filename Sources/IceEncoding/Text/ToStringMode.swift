/// How text that is not plain ASCII is written in identities and proxies. Ice property `Ice.ToStringMode`.
public enum ToStringMode: Sendable {
    /// Other characters than ASCII stay as they are.
    case unicode
    /// They become `\uxxxx` or `\Uxxxxxxxx`.
    case ascii
    /// Each byte of their UTF-8 becomes `\ooo`, as Ice before 3.7 wrote.
    case compat
}
