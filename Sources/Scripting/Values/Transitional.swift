/// Replaced by the modules' own types as they are merged.
public struct PreciseTensor: Sendable {}
/// See above.
public struct Dataset: Sendable {}
/// See above.
public struct Board: Sendable {}
