import Tensors

/// Text as sequences of character numbers.
public enum CharacterSequences {
  /// The characters of a text in the order of their code points, each once.
  public static func vocabulary(of text: String) -> [String] {
    Set(text).map { String($0) }.sorted { left, right in
      left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
    }
  }

  /// A set of every `step`-th stretch of `length` characters, to be followed by the next character.
  ///
  /// Inputs are the characters' places in the vocabulary. The answer is the next character, or with
  /// `answersEveryStep` the next one at each step.
  ///
  /// - Throws: `outOfRange`, `tooFewSamples` for a text that is too short, `tooLarge`.
  public static func dataset(
    name: String,
    text: String,
    length: Int,
    step: Int = 1,
    answersEveryStep: Bool = false
  ) throws(DatasetError) -> Dataset {
    guard (1...100_000).contains(length) else {
      throw .outOfRange(option: "sequence", value: Double(length), allowed: "in 1...100000")
    }
    guard (1...1_000_000).contains(step) else {
      throw .outOfRange(option: "step", value: Double(step), allowed: "in 1...1000000")
    }
    let characters = Array(text.replacing("\r\n", with: "\n"))
    guard characters.count > length else {
      throw .tooFewCharacters(wanted: length + 1, available: characters.count)
    }
    let vocabulary = vocabulary(of: String(characters))
    var places: [Character: Int32] = [:]
    for (place, character) in vocabulary.enumerated() {
      places[Character(character)] = Int32(place)
    }
    let numbers = characters.map { places[$0] ?? 0 }
    let starts = Array(stride(from: 0, to: characters.count - length, by: step))
    guard let shape = Shape(checking: [starts.count, length]), shape.count <= Dataset.mostFeatures
    else { throw .tooLarge(what: "the set of sequences", limitBytes: 4 * Dataset.mostFeatures) }
    var inputs = Tensor(shape)
    inputs.withMutableElements { target in
      for (row, start) in starts.enumerated() {
        for offset in 0..<length { target[row * length + offset] = Float(numbers[start + offset]) }
      }
    }
    let answers: Answers =
      answersEveryStep
      ? .steps(
        starts.flatMap { numbers[($0 + 1)...($0 + length)] },
        steps: length,
        names: vocabulary
      )
      : .classes(starts.map { numbers[$0 + length] }, names: vocabulary)
    return try Dataset(name: name, inputs: inputs, answers: answers)
      .knowing(SampleFacts(vocabulary: vocabulary))
  }
}
