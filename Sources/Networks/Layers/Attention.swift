import CKernels

/// Multi-head self-attention (Vaswani et al., 2017): each step looks at the others.
///
/// Weights are features x (3 · heads · size): queries, keys and values side by side, each head by
/// head; output weights are (heads · size) x features. Both have a bias.
public struct Attention: Hashable, Sendable {
  /// Independent looks.
  public var heads: Int
  /// Values of a query, key or value of one head.
  public var size: Int
  /// Whether a step sees only itself and those before it.
  public var isCausal: Bool

  /// An attention layer.
  public init(heads: Int, size: Int, isCausal: Bool = false) {
    self.heads = heads
    self.size = size
    self.isCausal = isCausal
  }
}

/// Attention in a plan.
struct PlannedAttention {
  let steps: Int
  let features: Int
  let heads: Int
  let size: Int
  let isCausal: Bool
  /// Where the parameters stand behind the weights.
  let bias: Int
  let outputWeights: Int
  let outputBias: Int

  /// What stands for minus infinity before a softmax, far below every score that is finite.
  private static let masked: Float = -1e30

  private var inner: Int { heads * size }
  /// Queries, keys, values; probabilities; mixed values.
  var stateCount: Int { steps * (3 * inner + heads * steps + inner) }

  func workspace(samples: Int) -> Int {
    let rows = samples * steps
    let products = [
      ck_matmul_workspace(rows, 3 * inner, features),
      ck_matmul_workspace(rows, features, inner),
      ck_matmul_workspace(steps, steps, size),
      ck_matmul_workspace(steps, size, steps),
      ck_matmul_workspace(features, 3 * inner, rows),
      ck_matmul_workspace(inner, features, rows),
      ck_matmul_workspace(rows, inner, features),
      ck_matmul_workspace(rows, features, 3 * inner),
    ]
    return stateCount * samples + (products.max() ?? 0)
  }

  private struct Arrays {
    // (samples, steps, 3 · inner)
    let projected: UnsafeMutablePointer<Float>
    // (samples, heads, steps, steps)
    let probabilities: UnsafeMutablePointer<Float>
    // (samples, steps, inner)
    let mixed: UnsafeMutablePointer<Float>

    init(_ base: UnsafeMutablePointer<Float>, _ layer: PlannedAttention, samples: Int) {
      projected = base
      probabilities = base + samples * layer.steps * 3 * layer.inner
      mixed = probabilities + samples * layer.heads * layer.steps * layer.steps
    }
  }

  // softmax(Q Kᵀ / sqrt(size)) V for each head, then the output projection.
  func forward(_ frame: Frame) {
    let kept = Arrays(
      frame.isTraining ? frame.state : frame.workspace,
      self,
      samples: frame.samples
    )
    let workspace = frame.workspace + stateCount * frame.samples
    let rows = frame.samples * steps
    ck_matmul(
      0,
      0,
      rows,
      3 * inner,
      features,
      frame.inputs,
      features,
      frame.parameters,
      3 * inner,
      kept.projected,
      3 * inner,
      0,
      workspace
    )
    ck_bias_activation(
      ck_linear,
      0,
      rows,
      3 * inner,
      kept.projected,
      frame.parameters + bias,
      kept.projected
    )
    for sample in 0..<frame.samples {
      for head in 0..<heads {
        let queries = kept.projected + sample * steps * 3 * inner + head * size
        let probabilities = kept.probabilities + (sample * heads + head) * steps * steps
        ck_matmul(
          0,
          1,
          steps,
          steps,
          size,
          queries,
          3 * inner,
          queries + inner,
          3 * inner,
          probabilities,
          steps,
          0,
          workspace
        )
        if isCausal {
          for step in 0..<steps {
            for later in step + 1..<max(step + 1, steps) {
              probabilities[step * steps + later] = PlannedAttention.masked
            }
          }
        }
        ck_softmax(steps, steps, 1 / Float(size).squareRoot(), probabilities, probabilities)
        ck_matmul(
          0,
          0,
          steps,
          size,
          steps,
          probabilities,
          steps,
          queries + 2 * inner,
          3 * inner,
          kept.mixed + sample * steps * inner + head * size,
          inner,
          0,
          workspace
        )
      }
    }
    ck_matmul(
      0,
      0,
      rows,
      features,
      inner,
      kept.mixed,
      inner,
      frame.parameters + outputWeights,
      features,
      frame.outputs,
      features,
      0,
      workspace
    )
    ck_bias_activation(
      ck_linear,
      0,
      rows,
      features,
      frame.outputs,
      frame.parameters + outputBias,
      frame.outputs
    )
  }

  func backward(_ frame: Frame) {
    let kept = Arrays(frame.state, self, samples: frame.samples)
    let gradient = Arrays(frame.workspace, self, samples: frame.samples)
    let workspace = frame.workspace + stateCount * frame.samples
    let rows = frame.samples * steps
    if let gradients = frame.gradients {
      ck_matmul(
        1,
        0,
        inner,
        features,
        rows,
        kept.mixed,
        inner,
        frame.dOutputs,
        features,
        gradients + outputWeights,
        features,
        0,
        workspace
      )
      ck_column_sums(rows, features, frame.dOutputs, gradients + outputBias, 0)
    }
    ck_matmul(
      0,
      1,
      rows,
      inner,
      features,
      frame.dOutputs,
      features,
      frame.parameters + outputWeights,
      features,
      gradient.mixed,
      inner,
      0,
      workspace
    )
    for sample in 0..<frame.samples {
      for head in 0..<heads {
        let place = sample * steps * 3 * inner + head * size
        let queries = kept.projected + place
        let dQueries = gradient.projected + place
        let dMixed = gradient.mixed + sample * steps * inner + head * size
        let square = (sample * heads + head) * steps * steps
        let probabilities = kept.probabilities + square
        let dProbabilities = gradient.probabilities + square
        ck_matmul(
          0,
          1,
          steps,
          steps,
          size,
          dMixed,
          inner,
          queries + 2 * inner,
          3 * inner,
          dProbabilities,
          steps,
          0,
          workspace
        )
        ck_matmul(
          1,
          0,
          steps,
          size,
          steps,
          probabilities,
          steps,
          dMixed,
          inner,
          dQueries + 2 * inner,
          3 * inner,
          0,
          workspace
        )
        ck_softmax_backward(
          steps,
          steps,
          1 / Float(size).squareRoot(),
          dProbabilities,
          probabilities,
          dProbabilities
        )
        ck_matmul(
          0,
          0,
          steps,
          size,
          steps,
          dProbabilities,
          steps,
          queries + inner,
          3 * inner,
          dQueries,
          3 * inner,
          0,
          workspace
        )
        ck_matmul(
          1,
          0,
          steps,
          size,
          steps,
          dProbabilities,
          steps,
          queries,
          3 * inner,
          dQueries + inner,
          3 * inner,
          0,
          workspace
        )
      }
    }
    if let gradients = frame.gradients {
      ck_matmul(
        1,
        0,
        features,
        3 * inner,
        rows,
        frame.inputs,
        features,
        gradient.projected,
        3 * inner,
        gradients,
        3 * inner,
        0,
        workspace
      )
      ck_column_sums(rows, 3 * inner, gradient.projected, gradients + bias, 0)
    }
    if let dInputs = frame.dInputs {
      ck_matmul(
        0,
        1,
        rows,
        features,
        3 * inner,
        gradient.projected,
        3 * inner,
        frame.parameters,
        3 * inner,
        dInputs,
        features,
        frame.accumulates,
        workspace
      )
    }
  }
}
