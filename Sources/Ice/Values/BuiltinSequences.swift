// The names of Ice's own Slice, for programs that use them.

/// `Ice::BoolSeq`.
public typealias BoolSeq = [Bool]
/// `Ice::ByteSeq`.
public typealias ByteSeq = [UInt8]
/// `Ice::ShortSeq`.
public typealias ShortSeq = [Int16]
/// `Ice::IntSeq`.
public typealias IntSeq = [Int32]
/// `Ice::LongSeq`.
public typealias LongSeq = [Int64]
/// `Ice::FloatSeq`.
public typealias FloatSeq = [Float]
/// `Ice::DoubleSeq`.
public typealias DoubleSeq = [Double]
/// `Ice::StringSeq`.
public typealias StringSeq = [String]
/// `Ice::ObjectSeq`.
public typealias ObjectSeq = [Value?]
/// `Ice::ObjectProxySeq`.
public typealias ObjectProxySeq = [ObjectPrx?]
/// `Ice::EndpointSeq`.
public typealias EndpointSeq = [Endpoint]
