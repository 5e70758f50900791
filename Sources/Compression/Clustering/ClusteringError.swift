import Networks

/// Why weights cannot be clustered as asked.
public enum ClusteringError: Error, Hashable, Sendable {
  case clustersNotPositive(Int)
  case moreClustersThanWeights(clusters: Int, weights: Int, layer: String)
  case noWeights
  case unknownLayer(String, names: [String])
  case notANumber(layer: String)
  /// Keeping zeros takes one of the values, and one alone leaves none for the other weights.
  case noClusterBesideZero(layer: String)
  case training(TrainingError)
}

extension ClusteringError: CustomStringConvertible {
  /// One lower-case sentence.
  public var description: String {
    switch self {
    case .clustersNotPositive(let clusters):
      "clusters must be at least 1, but are \(clusters)"
    case .moreClustersThanWeights(let clusters, let weights, let layer):
      "\(layer) has \(weights) weights, fewer than the \(clusters) clusters asked for"
    case .noWeights:
      "this network has no layer with weights to cluster"
    case .unknownLayer(let name, let names):
      "no layer with weights is called '\(name)'; there are \(names.joined(separator: ", "))"
    case .notANumber(let layer):
      "\(layer) holds a weight that is not a finite number, which has no nearest centroid"
    case .noClusterBesideZero(let layer):
      "keeping the zeros of \(layer) needs at least 2 clusters: one for 0, one for the others"
    case .training(let error):
      error.description
    }
  }
}
