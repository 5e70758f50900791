import Inference
import Networks
import Tensors

// Activation functions and normalization: what joins the operation before it where it can.

extension Lowering {
  /// Applies an activation function, within the operation before it if that can fuse it.
  mutating func apply(
    _ function: ActivationFunction,
    to input: Int,
    mayFuse: Bool,
    _ name: String,
    _ extents: [Int]
  ) throws(QuantizationError) -> Int {
    if let fused = function.fused {
      guard fused != .none else { return input }
      if mayFuse, let place = weightedOperation(giving: input),
        let joined = operations[place].kind.fusing(fused)
      {
        operations[place].kind = joined
        return input
      }
    }
    switch function {
    case .linear: return input
    case .relu: return add(.relu, name, [input], extents)
    case .relu6: return add(.relu6, name, [input], extents)
    case .leaky(let slope): return add(.leakyRelu(slope: slope), name, [input], extents)
    case .sigmoid: return add(.logistic, name, [input], extents)
    case .tanh: return add(.tanh, name, [input], extents)
    case .softmax: return add(.softmax(beta: 1), name, [input], extents)
    case .gelu: return add(.gelu(isApproximate: false), name, [input], extents)
    case .hardSwish: return add(.hardSwish, name, [input], extents)
    case .hardSigmoid:
      // relu6(x + 3) / 6, which is Keras's definition.
      let three = addConstant("\(name)/addend", [Float(3)])
      let shifted = add(.add(.relu6), "\(name)/shifted", [input, three], extents)
      let sixth = addConstant("\(name)/factor", [Float(1) / 6])
      return add(.multiply(.none), name, [shifted, sixth], extents)
    case .softplus, .step:
      throw .unsupportedLayer(
        layer: name,
        reason: "no TensorFlow Lite operation computes '\(function.name)'"
      )
    }
  }

  /// The last operation, if it gives `tensor`, or the one before it if the last only brings a row of
  /// steps back into its shape.
  private func weightedOperation(giving tensor: Int) -> Int? {
    guard let last = operations.indices.last, operations[last].outputs == [tensor] else {
      return nil
    }
    guard operations[last].kind == .reshape, last > 0, let input = operations[last].inputs[0],
      operations[last - 1].outputs == [input],
      tensors[input].shape.last == tensors[tensor].shape.last
    else { return last }
    return last - 1
  }

  /// Multiplies the weights and bias of the operation that gives `tensor`, if it has weights and no
  /// activation yet.
  mutating func fold(
    _ factors: [Double],
    _ addends: [Double],
    into tensor: Int,
    _ name: String
  ) -> Bool {
    guard let last = weightedOperation(giving: tensor), operations[last].kind.isFoldable,
      let weights = operations[last].inputs[1], let values = tensors[weights].realConstant
    else { return false }
    var scaled = values
    let isDepthwise = tensors[weights].shape[0] == 1 && operations[last].kind.isDepthwise
    let perChannel = values.count / factors.count
    for index in 0..<values.count {
      let channel = isDepthwise ? index % factors.count : index / perChannel
      scaled[index] = Float(Double(values[index]) * factors[channel])
    }
    tensors[weights].constant = bytes(scaled.values)
    let old = operations[last].inputs[2].flatMap { tensors[$0].realConstant?.values }
    let bias = addends.indices.map { channel in
      Float(addends[channel] + Double(old?[channel] ?? 0) * factors[channel])
    }
    if let index = operations[last].inputs[2] {
      tensors[index].constant = bytes(bias)
    } else {
      operations[last].inputs[2] = addConstant("\(name)/bias", bias)
    }
    return true
  }

  mutating func addAffine(
    _ name: String,
    _ input: Int,
    _ factors: [Double],
    _ addends: [Double],
    _ extents: [Int]
  ) -> Int {
    let factor = addConstant("\(name)/factor", factors.map { Float($0) })
    let scaled = add(.multiply(.none), "\(name)/scaled", [input, factor], extents)
    let addend = addConstant("\(name)/addend", addends.map { Float($0) })
    return add(.add(.none), name, [scaled, addend], extents)
  }

  /// `(x - mean) / sqrt(variance + epsilon) scale + offset` over the last axis.
  mutating func lower(
    _ normalization: LayerNormalization,
    at place: LayerPlace
  ) throws(QuantizationError) -> Int {
    let name = place.name
    let extents = place.extents
    let single = extents.dropLast() + [1]
    let axis = addIntegers("\(name)/axis", [Int32(extents.count)])
    let mean = add(.mean(keepsDimensions: true), "\(name)/mean", [place.input, axis], single)
    let centred = add(.subtract(.none), "\(name)/centred", [place.input, mean], extents)
    let squared = add(.multiply(.none), "\(name)/squared", [centred, centred], extents)
    let variance = add(.mean(keepsDimensions: true), "\(name)/variance", [squared, axis], single)
    let epsilon = addConstant("\(name)/epsilon", [normalization.epsilon])
    let lifted = add(.add(.none), "\(name)/lifted", [variance, epsilon], single)
    let inverse = add(.reciprocalSquareRoot, "\(name)/inverse", [lifted], single)
    let normal = add(.multiply(.none), "\(name)/normal", [centred, inverse], extents)
    let scale = addConstant("\(name)/scale", try parameter(.scale, place.index).values)
    let scaled = add(.multiply(.none), "\(name)/scaled", [normal, scale], extents)
    let offset = addConstant("\(name)/offset", try parameter(.offset, place.index).values)
    return add(.add(.none), name, [scaled, offset], extents)
  }
}
