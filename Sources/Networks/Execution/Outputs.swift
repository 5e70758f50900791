import Tensors

extension Network {
  /// What the network gives for each sample: samples x output shape.
  ///
  /// Batch normalisation uses its moving statistics; dropout and noise do nothing.
  public func outputs(for inputs: Tensor, threads: Int = 2) throws(NetworkError) -> Tensor {
    try values(
      of: architecture.nodes.count - 1,
      for: inputs,
      endsInLogits: false,
      threads: threads
    )
  }

  /// The scores before the final softmax or sigmoid (the outputs themselves, if there is none).
  public func logits(for inputs: Tensor, threads: Int = 2) throws(NetworkError) -> Tensor {
    try values(of: architecture.nodes.count - 1, for: inputs, endsInLogits: true, threads: threads)
  }

  /// What the node called `name` gives for each sample: samples x the node's output shape.
  public func activations(
    for inputs: Tensor,
    of name: String,
    threads: Int = 2
  ) throws(NetworkError) -> Tensor {
    guard let node = architecture.index(of: name) else { throw .noSuchNode(name) }
    return try values(of: node, for: inputs, endsInLogits: false, threads: threads)
  }

  private func values(
    of node: Int,
    for inputs: Tensor,
    endsInLogits: Bool,
    threads: Int
  ) throws(NetworkError) -> Tensor {
    let samples = Samples(inputs: inputs, expected: .nothing)
    try architecture.checkInput(samples)
    let layout = ParameterLayout(architecture)
    let runner = ForwardRunner(
      architecture,
      layout,
      node: node,
      endsInLogits: endsInLogits,
      samples: samples.count,
      threads: max(1, threads)
    )
    guard
      let shape = Shape(
        checking: [samples.count] + architecture.nodes[node].outputShape.extents
      ),
      runner.allocate(),
      let block = Arena(bytes: layout.count * MemoryLayout<Float>.stride)
    else { throw .tooLarge }
    layout.write(parameters, to: block.base)
    var outputs = Tensor(shape)
    outputs.withMutableElements { outputs in
      inputs.withElements { inputs in
        guard let outputs = outputs.baseAddress, let inputs = inputs.baseAddress else { return }
        runner.run(inputs, count: samples.count, parameters: block.base, outputs: outputs)
      }
    }
    return outputs
  }
}
