import Tensors

extension Network {
  /// How much each step of a sample looks at each other step: samples x heads x steps x steps, rows
  /// summing to 1.
  ///
  /// Computed by the double-precision reference: for looking at, not for speed.
  public func attentionWeights(for inputs: Tensor, of name: String) throws(NetworkError) -> Tensor {
    try architecture.checkInput(Samples(inputs: inputs, expected: .nothing))
    guard let node = architecture.index(of: name) else { throw .noSuchNode(name) }
    guard case .attention(let attention) = architecture.nodes[node].layer,
      let source = architecture.nodes[node].inputs.first
    else { throw .noAttention(name) }
    let shape = architecture.nodes[source].outputShape
    let values = try activations(for: inputs, of: architecture.nodes[source].name)
    let executor = ReferenceExecutor(
      architecture: architecture,
      samples: inputs.shape.extents[0],
      isTraining: false,
      streamSeed: 0,
      step: 0
    )
    let probabilities = executor.attended(
      values.values.map(Double.init),
      shape,
      attention,
      Dictionary(
        uniqueKeysWithValues: parameters[node].map { ($0.role, $0.tensor.values.map(Double.init)) }
      )
    ).probabilities
    let steps = shape.extents[0]
    guard
      let result = Shape(checking: [inputs.shape.extents[0], attention.heads, steps, steps])
    else { throw .tooLarge }
    return Tensor(result, probabilities.map { Float($0) })
  }
}
