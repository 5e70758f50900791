import Datasets
import Diagnostics
import Language
import Networks

// How the options behind `on D` are read, one function for each that is more than a number.

extension TrainingRequest {
  static func isPlain(_ optimizer: Optimizer) -> Bool {
    switch optimizer {
    case .sgd, .nesterov: true
    case .adam, .adamW, .rmsprop, .adagrad: false
    }
  }

  static func optimizer(_ call: CommandCall) throws(Diagnostic) -> Optimizer {
    let word = try call.word("optimizer", default: "adam")
    let momentum = try call.option("momentum").map { given throws(Diagnostic) in
      Float(try given.number("momentum"))
    }
    switch word {
    case "sgd": return .sgd(momentum: momentum ?? 0)
    case "momentum": return .sgd(momentum: momentum ?? 0.9)
    case "nesterov": return .nesterov(momentum: momentum ?? 0.9)
    case "adamw": return .adamW(beta1: momentum ?? 0.9, beta2: 0.999, epsilon: 1e-7)
    case "rmsprop": return .rmsprop(rho: 0.9, momentum: momentum ?? 0, epsilon: 1e-7)
    case "adagrad": return .adagrad(epsilon: 1e-7)
    default: return .adam(beta1: momentum ?? 0.9, beta2: 0.999, epsilon: 1e-7)
    }
  }

  static func schedule(_ call: CommandCall) throws(Diagnostic) -> Schedule {
    switch try call.word("schedule", default: "constant") {
    case "step": .step(factor: 0.5, epochs: 10)
    case "exponential": .exponential(factor: 0.95)
    case "cosine": .cosine(floor: 0)
    case "warmup": .warmUp(epochs: 1)
    case "onecycle": .oneCycle
    case "plateau": .plateau(factor: 0.5, patience: 3)
    default: .constant
    }
  }

  static func classWeights(
    _ call: CommandCall,
    _ set: Dataset
  ) throws(Diagnostic) -> [Float]? {
    guard let given = call.option("weights") else { return nil }
    guard case .list(let items) = given.value, items.count == set.classes.count else {
      throw Diagnostic(
        "option-kind",
        "weights must be a list of \(set.classes.count) numbers, one per class",
        at: given.range
      )
    }
    var weights: [Float] = []
    for item in items {
      guard let number = item.plainNumber, number >= 0, number.isFinite else {
        throw Diagnostic("option-kind", "a class weight is a number of at least 0", at: given.range)
      }
      weights.append(Float(number))
    }
    return weights
  }

  /// `activity={ code: 1e-4 }`: layers and the price of their outputs.
  static func activityPenalties(
    _ call: CommandCall,
    _ network: Network
  ) throws(Diagnostic) -> [ActivityPenalty] {
    guard let given = call.option("activity"), case .record(let record) = given.value else {
      return []
    }
    let names = network.architecture.nodes.map(\.name)
    var penalties: [ActivityPenalty] = []
    for (name, value) in zip(record.names, record.values) {
      guard let node = network.architecture.index(of: name) else {
        throw Diagnostic(
          "unknown-layer",
          "the network has no layer '\(name)'",
          at: given.range,
          remedy: nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? "its layers are \(names.joined(separator: ", "))"
        )
      }
      guard let weight = value.plainNumber, weight >= 0, weight <= 1e6 else {
        throw Diagnostic(
          "option-kind",
          "the price of '\(name)' must be a number from 0 to 1e6, but is \(value.kindPhrase)",
          at: given.range,
          remedy: "write activity={ \(name): 1e-4 }"
        )
      }
      penalties.append(ActivityPenalty(node: node, weight: Float(weight)))
    }
    return penalties
  }

  /// The words behind `keep=`.
  static func promises(_ call: CommandCall) throws(Diagnostic) -> Set<String> {
    guard let given = call.option("keep") else { return [] }
    let items: [Value] = if case .list(let list) = given.value { list } else { [given.value] }
    var promises: Set<String> = []
    for item in items {
      let word = GivenValue(value: item, range: given.range, text: given.text)
      promises.insert(try word.word("keep", from: .promises))
    }
    return promises
  }

  /// An auto-encoder goes on as one, without being told again.
  static func reconstructs(
    _ call: CommandCall,
    _ network: Network
  ) throws(Diagnostic) -> Bool {
    guard let given = call.option("target") else { return network.reconstructsInput }
    return try given.word("target", from: .targets) == "input"
  }
}
