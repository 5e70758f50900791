/// What is known of a set's samples besides their values.
public struct SampleFacts: Hashable, Sendable, Codable {
  /// Values a second, where samples are signals.
  public var sampleRate: Double?
  /// The characters that numbers stand for, where samples are text.
  public var vocabulary: [String]

  /// Facts; nothing unless told.
  public init(sampleRate: Double? = nil, vocabulary: [String] = []) {
    self.sampleRate = sampleRate
    self.vocabulary = vocabulary
  }
}
