/// The entries that go with a request, for interceptors and servants: see ``Current/ctx``.
public typealias Context = [String: String]
