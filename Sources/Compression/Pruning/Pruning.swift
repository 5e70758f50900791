import Networks
import Tensors

/// Prunes a network and returns the new one with a report; without fine-tuning.
///
/// The network itself stays as it is. Biases and batch normalisation are never touched.
public func prune(
  _ network: Network,
  _ options: PruningOptions,
  using random: inout SeededGenerator
) throws(PruningError) -> (Network, PruningReport) {
  var random = random
  switch options.method {
  case .magnitude:
    return try pruneWeights(of: network, options) { layer, tensor in
      tensor.withElements { $0.map { Double($0.magnitude) } }
    }
  case .random:
    return try pruneWeights(of: network, options) { layer, tensor in
      // Zeros stay among the pruned, so that pruning further brings none back.
      tensor.withElements { elements in
        elements.map { element in
          let lot = random.nextUnit()
          return element == 0 ? -1 : lot
        }
      }
    }
  case .gradient, .taylor:
    throw .needsData(method: options.method.rawValue)
  }
}
