import Datasets
import Diagnostics
import Language
import Networks
import Tensors

/// `predict net on "seed text" with poem`: text that a network makes, character by character.
struct TextSampling {
  private let call: CommandCall
  private let seedText: String

  init(_ call: CommandCall, seedText: String) {
    self.call = call
    self.seedText = seedText
  }

  /// The seed text with what the network wrote behind it.
  ///
  /// Each character is drawn with the chance softmax(scores / temperature); temperature 0 takes the
  /// likeliest. The network sees the last characters that its input has room for; a shorter seed
  /// stands behind as many of the vocabulary's first character.
  func text() throws(Diagnostic) -> String {
    let predictor = try Predictor(call.operand(0), "predict")
    let vocabulary = try vocabulary()
    var places: [String: Int] = [:]
    for (place, character) in vocabulary.enumerated() { places[character] = place }
    var numbers: [Int] = []
    for character in seedText {
      guard let place = places[String(character)] else {
        throw Diagnostic(
          "unknown-character",
          "'\(character)' is not among the \(vocabulary.count) characters of the text that was learnt",
          at: call.after(.on)?.range ?? call.range
        )
      }
      numbers.append(place)
    }
    let steps = predictor.inputShape.count
    let outputs = predictor.outputShape.count
    guard predictor.inputShape.rank == 1, outputs > 0, outputs.isMultiple(of: vocabulary.count),
      predictor.outputShape.extents.last == vocabulary.count
    else {
      throw Diagnostic(
        "sample-shape",
        "text needs a network from a list of characters to \(vocabulary.count) chances, but"
          + " '\(call.operand(0).text)' goes from \(predictor.inputShape) to"
          + " \(predictor.outputShape)",
        at: call.operand(0).range
      )
    }
    let count = try call.count("samples", default: 100)
    let temperature = try call.number("temperature", default: 1)
    let seed = try call.optionalCount("seed").map { UInt64($0) } ?? call.session.nextSeed()
    var random = SeededGenerator(seed: seed)
    for _ in 0..<count {
      if call.session.mustStop { throw call.session.interruption(at: call.verbRange) }
      let seen = numbers.suffix(steps)
      let padded = [Int](repeating: 0, count: steps - seen.count) + seen
      let input = Tensor(Shape([1, steps]), padded.map { Float($0) })
      let scores = try scores(predictor, input).suffix(vocabulary.count)
      numbers.append(draw(Array(scores), temperature, &random))
    }
    return numbers.map { vocabulary[$0] }.joined()
  }

  private func vocabulary() throws(Diagnostic) -> [String] {
    guard let with = call.after(.with) else {
      throw Diagnostic(
        "missing-preposition",
        "predict needs 'with' and the text's dataset to know the characters",
        at: call.verbRange,
        remedy: "for example 'predict net on \"Once\" with poem samples=200'"
      )
    }
    let dataset = try with.dataset("predict … with")
    guard !dataset.facts.vocabulary.isEmpty else {
      throw Diagnostic(
        "operand-kind",
        "'\(with.text)' is no text: it has no vocabulary",
        at: with.range,
        remedy: "load text with 'dataset \"file.txt\" sequence=40'"
      )
    }
    return dataset.facts.vocabulary
  }

  /// Scores whose softmax are the chances; a model's outputs are chances already.
  private func scores(_ predictor: Predictor, _ input: Tensor) throws(Diagnostic) -> [Double] {
    switch predictor {
    case .network(let network):
      do throws(NetworkError) {
        return try network.logits(for: input, threads: 1).values.map { Double($0) }
      } catch {
        throw Diagnostic("network", error.description, at: call.operand(0).range)
      }
    case .model:
      return try predictor.outputs(for: input, session: call.session, at: call.range).values
        .map { ExactMath.log(max(1e-7, Double($0))) }
    }
  }

  private func draw(
    _ scores: [Double],
    _ temperature: Double,
    _ random: inout SeededGenerator
  ) -> Int {
    let best = scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) } ?? 0
    guard temperature > 0 else { return best }
    let weights = scores.map { ExactMath.exp(($0 - scores[best]) / temperature) }
    var left = random.nextUnit() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return index }
    }
    return best
  }
}
