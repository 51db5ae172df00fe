/// Random numbers that a seed repeats (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators").
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number whose magnitude, not whose value, is evenly spread: 0 ..< 2^bits.
    mutating func magnitude(bits: UInt64) -> UInt64 {
        let width = UInt64.random(in: 0...bits, using: &self)
        return width == 0 ? 0 : UInt64.random(in: 0..<(1 << width), using: &self)
    }
}
