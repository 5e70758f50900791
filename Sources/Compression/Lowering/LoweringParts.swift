import Inference
import Networks
import Tensors

// What lowerings of all layers are made of.

extension Lowering {
  mutating func add(_ name: String, _ extents: some Collection<Int>) -> Int {
    tensors.append(GraphTensor(name: name, shape: [1] + extents, type: .float32))
    return tensors.count - 1
  }

  mutating func add(
    _ kind: OperationKind,
    _ name: String,
    _ inputs: [Int?],
    _ extents: some Collection<Int>
  ) -> Int {
    let output = add(name, extents)
    operations.append(Operation(kind: kind, inputs: inputs, outputs: [output]))
    return output
  }

  /// `input` under another shape; the batch is left open, as the official converter writes it.
  mutating func addReshape(_ name: String, _ input: Int, _ extents: [Int]) -> Int {
    let shape = addIntegers("\(name)/shape", [-1] + extents.map(Int32.init))
    return add(.reshape, name, [input, shape], extents)
  }

  /// Tensors side by side; microcontrollers join at most ten at once.
  mutating func addConcatenation(
    _ name: String,
    _ inputs: [Int],
    axis: Int,
    _ extents: [Int]
  ) -> Int {
    guard inputs.count > 10 else {
      return inputs.count == 1
        ? inputs[0] : add(.concatenation(axis: axis, .none), name, inputs, extents)
    }
    var groups: [Int] = []
    for start in stride(from: 0, to: inputs.count, by: 10) {
      let group = Array(inputs[start..<min(start + 10, inputs.count)])
      var joined = Array(tensors[group[0]].shape.dropFirst())
      joined[axis - 1] = group.reduce(0) { $0 + tensors[$1].shape[axis] }
      groups.append(addConcatenation("\(name)/part\(start)", group, axis: axis, joined))
    }
    return addConcatenation(name, groups, axis: axis, extents)
  }

  mutating func addIntegers(_ name: String, _ values: [Int32], shape: [Int]? = nil) -> Int {
    let bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    tensors.append(
      GraphTensor(name: name, shape: shape ?? [values.count], type: .int32, constant: bytes)
    )
    return tensors.count - 1
  }

  mutating func addConstant(_ name: String, _ values: [Float], shape: [Int]? = nil) -> Int {
    tensors.append(
      GraphTensor(
        name: name,
        shape: shape ?? [values.count],
        type: .float32,
        constant: bytes(values)
      )
    )
    return tensors.count - 1
  }

  func parameter(_ role: ParameterRole, _ index: Int) throws(QuantizationError) -> Tensor {
    let name = network.architecture.nodes[index].name
    guard let tensor = network.parameter(role, of: index) else {
      throw .unsupportedLayer(layer: name, reason: "its \(role.rawValue) are missing")
    }
    guard tensor.withElements({ elements in elements.allSatisfy(\.isFinite) }) else {
      throw .notANumber(layer: name)
    }
    return tensor
  }

  /// An operation with weights, its bias and its activation; `input`, `name` and `extents`
  /// are the place's unless given.
  mutating func addWeighted(
    _ place: LayerPlace,
    _ weights: GraphTensor,
    _ function: ActivationFunction,
    input: Int? = nil,
    name: String? = nil,
    extents: [Int]? = nil,
    _ kind: (FusedActivation) -> OperationKind
  ) throws(QuantizationError) -> Int {
    let name = name ?? place.name
    let extents = extents ?? place.extents
    tensors.append(weights)
    var inputs: [Int?] = [input ?? place.input, tensors.count - 1]
    if network.parameter(.bias, of: place.index) != nil {
      inputs.append(addConstant("\(place.name)/bias", try parameter(.bias, place.index).values))
    } else if case .dense = place.node.layer {
      inputs.append(nil)
    } else {
      // LiteRT's convolutions insist on a bias.
      let zeros = [Float](repeating: 0, count: extents.last ?? 1)
      inputs.append(addConstant("\(place.name)/bias", zeros))
    }
    let isFused = function.fused != nil
    let output = add(
      kind(function.fused ?? .none),
      isFused ? name : "\(name)/sums",
      inputs,
      extents
    )
    guard !isFused else { return output }
    return try apply(function, to: output, mayFuse: false, name, extents)
  }

  /// A fully connected operation over every step; `matrix` is outputs x inputs.
  mutating func addProduct(
    _ name: String,
    _ input: Int,
    _ matrix: [Float],
    _ bias: [Float]?,
    _ extents: [Int]
  ) -> Int {
    let units = extents.last ?? 1
    let weights = addConstant("\(name)/weights", matrix, shape: [units, matrix.count / units])
    return add(
      .fullyConnected(.none, keepsDimensions: extents.count > 1),
      name,
      [input, weights, bias.map { addConstant("\(name)/bias", $0) }],
      extents
    )
  }
}

/// The bytes of floats, little-endian.
func bytes(_ values: [Float]) -> [UInt8] {
  values.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
}

/// A matrix of `rows` x `columns` with its axes exchanged.
func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  var result: [Float] = []
  result.reserveCapacity(values.count)
  for column in 0..<columns {
    for row in 0..<rows { result.append(values[row * columns + column]) }
  }
  return result
}
