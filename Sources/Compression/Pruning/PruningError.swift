import Networks

/// Why a network or a tensor cannot be pruned as asked.
public enum PruningError: Error, Hashable, Sendable {
  case sparsityOutOfRange(Double)
  /// The schedule begins above the sparsity that it should end with.
  case startAboveTarget(start: Double, target: Double)
  case everyNotPositive(Int)
  case noPrunableLayers
  /// A name in the skip list that no layer has; `names` are those of layers with weights.
  case unknownLayer(String, names: [String])
  case notANumber(layer: String)
  /// The method ranks weights by gradients, and no data was given to take them on.
  case needsData(method: String)
  /// Only one of these can be asked for at a time.
  case unsupportedCombination(String, String)
  /// Removing units would leave a layer without any.
  case nothingLeft(layer: String, units: Int)
  /// Layers make such units, but all of them must stay.
  case unitsCannotGo(unit: String)
  /// The shrunken layers could not be joined.
  case brokenArchitecture(ArchitectureError)
  case training(TrainingError)
}

extension PruningError: CustomStringConvertible {
  /// One lower-case sentence.
  public var description: String {
    switch self {
    case .sparsityOutOfRange(let value):
      "sparsity must be in 0..<1, but is \(value)"
    case .startAboveTarget(let start, let target):
      "pruning cannot start at \(start), above the \(target) that it should reach"
    case .everyNotPositive(let value):
      "'every' counts epochs and must be at least 1, but is \(value)"
    case .noPrunableLayers:
      "this network has no layer with weights to prune"
    case .unknownLayer(let name, let names):
      "no layer with weights is called '\(name)'; there are \(names.joined(separator: ", "))"
    case .notANumber(let layer):
      "\(layer) holds a weight that is not a finite number, which has no rank among the others"
    case .needsData(let method):
      "method '\(method)' ranks weights by their gradients, and needs data: add 'on' and a dataset"
    case .unsupportedCombination(let left, let right):
      "\(left) cannot be combined with \(right)"
    case .nothingLeft(let layer, let units):
      "this sparsity would remove all \(units) units of \(layer)"
    case .unitsCannotGo(let unit):
      "no layer here can lose \(unit): those of the output layer are the answers, and those that a "
        + "skipped layer, a group or a recurrent layer shares have to stay"
    case .brokenArchitecture(let reason):
      "the smaller layers cannot be joined: \(reason)"
    case .training(let error):
      error.description
    }
  }
}
