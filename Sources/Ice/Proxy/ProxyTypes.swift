public import IceEncoding

// What proxies are made of lives with their encoding; these are the names by which users of the runtime know it.

/// Where an object may be reached.
public typealias Endpoint = IceEncoding.Endpoint
/// An endpoint of a transport over IP.
public typealias IPEndpoint = IceEncoding.IPEndpoint
/// An endpoint as its type and bytes.
public typealias OpaqueEndpoint = IceEncoding.OpaqueEndpoint
/// How a proxy sends requests.
public typealias InvocationMode = IceEncoding.InvocationMode
/// How text that is not plain ASCII is written in identities and proxies.
public typealias ToStringMode = IceEncoding.ToStringMode
