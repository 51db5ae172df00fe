/// Which way a value goes. What is taken may be less than what is given: defaults and unset optional values may be absent.
enum Direction: Hashable, CaseIterable {
    case request, response
}
