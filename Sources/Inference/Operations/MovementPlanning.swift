extension Preparation {
  /// A part or permutation of `input` as `output`: `source` gives the place of an output index.
  private func moved(
    _ input: Operand,
    _ output: Operand,
    _ source: ([Int]) -> Int
  ) -> Rearrangement {
    var sources: [Int32] = []
    sources.reserveCapacity(output.count)
    forEachIndex(of: output.shape) { sources.append(Int32(source($0))) }
    return Rearrangement(input: input, output: output, sources: sources)
  }

  /// CONCATENATION of operands with one quantization.
  func concatenation(axis: Int, _ activation: FusedActivation) throws(GraphError) -> any Kernel {
    guard !operation.inputs.isEmpty, operation.outputs.count == 1 else {
      throw fault(
        .operandCount(what: "inputs", expected: "at least 1", found: operation.inputs.count)
      )
    }
    guard activation == .none else { throw fault(.activation(activation)) }
    let output = output()
    let axis = try self.axis(axis, rank: output.shape.count)
    var inputs: [Operand] = []
    var expected = output.shape
    expected[axis] = 0
    for position in operation.inputs.indices {
      let input = try input(position)
      try require(input, is: output.type)
      try requireSameQuantization(input, output)
      try require(input, rank: output.shape.count)
      expected[axis] += input.shape[axis]
      var aligned = input.shape
      aligned[axis] = output.shape[axis]
      guard aligned == output.shape else {
        throw fault(.shape(operand: input.role, expected: output.shape, found: input.shape))
      }
      inputs.append(input)
    }
    try require(output, shape: expected)
    return Concatenation(
      inputs: inputs,
      output: output,
      innerCounts: inputs.map { $0.shape[axis...].reduce(1, *) }
    )
  }

  /// SPLIT, SPLIT_V and UNPACK: consecutive parts along an axis, one an output.
  func parts(
    of input: Operand,
    axis: Int,
    keepsAxis: Bool,
    extents: [Int]
  ) throws(GraphError) -> any Kernel {
    guard operation.outputs.count == extents.count, extents.allSatisfy({ $0 >= 1 }),
      extents.reduce(0, +) == input.shape[axis]
    else {
      throw fault(.option(name: "number of parts", value: extents.count))
    }
    let distances = strides(of: input.shape)
    var parts: [Rearrangement] = []
    var start = 0
    for (position, extent) in extents.enumerated() {
      let output = output(position)
      try require(output, is: input.type)
      try requireSameQuantization(input, output)
      var expected = input.shape
      if keepsAxis {
        expected[axis] = extent
      } else {
        expected.remove(at: axis)
      }
      try require(output, shape: expected)
      let first = start * distances[axis]
      let used =
        keepsAxis ? distances : distances.enumerated().filter { $0.offset != axis }.map(\.element)
      parts.append(
        moved(input, output) { index in
          zip(index, used).reduce(first) { $0 + $1.0 * $1.1 }
        }
      )
      start += extent
    }
    return Rearrangements(parts: parts)
  }

  /// SPLIT: the axis is input 0, the values input 1.
  func split(count: Int) throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 2...2, outputs: operation.outputs.count)
    let values = try input(1, "values")
    let axis = try self.axis(
      try integers(try input(0, "axis")).first ?? 0,
      rank: values.shape.count
    )
    guard count >= 1, !values.shape.isEmpty, values.shape[axis].isMultiple(of: count) else {
      throw fault(.option(name: "number of parts", value: count))
    }
    let extent = values.shape[axis] / count
    return try parts(
      of: values,
      axis: axis,
      keepsAxis: true,
      extents: [Int](repeating: extent, count: count)
    )
  }

  /// SPLIT_V: values, sizes (one may be -1 for the rest), axis.
  func splitVariable() throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 3...3, outputs: operation.outputs.count)
    let values = try input(0, "values")
    var extents = try integers(try input(1, "sizes"))
    let axis = try self.axis(
      try integers(try input(2, "axis")).first ?? 0,
      rank: values.shape.count
    )
    guard !values.shape.isEmpty else { throw fault(.option(name: "axis", value: axis)) }
    if let rest = extents.firstIndex(of: -1) {
      let others = extents.reduce(1) { $0.addingReportingOverflow($1).partialValue }
      extents[rest] = values.shape[axis].subtractingReportingOverflow(others).partialValue
    }
    return try parts(of: values, axis: axis, keepsAxis: true, extents: extents)
  }

  /// UNPACK: every slice of an axis as an output of its own.
  func unpack(axis: Int, count: Int) throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 1...1, outputs: operation.outputs.count)
    let values = try input(0, "values")
    let axis = try self.axis(axis, rank: values.shape.count)
    guard !values.shape.isEmpty, values.shape[axis] == count else {
      throw fault(.option(name: "number of parts", value: count))
    }
    return try parts(
      of: values,
      axis: axis,
      keepsAxis: false,
      extents: [Int](repeating: 1, count: count)
    )
  }

  /// SLICE: a box given by its first element and size, -1 being the rest.
  func slice() throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 3...3)
    let input = try input(0)
    let output = output()
    try require(output, is: input.type)
    let begin = try integers(try self.input(1, "begin"))
    let size = try integers(try self.input(2, "size"))
    guard begin.count == input.shape.count, size.count == begin.count else {
      throw fault(.option(name: "number of axes", value: begin.count))
    }
    var expected: [Int] = []
    for (axis, extent) in input.shape.enumerated() {
      guard (0..<extent).contains(begin[axis]) else {
        throw fault(.option(name: "begin", value: begin[axis]))
      }
      let wanted = size[axis] == -1 ? extent - begin[axis] : size[axis]
      guard wanted >= 1, wanted <= extent - begin[axis] else {
        throw fault(.option(name: "size", value: size[axis]))
      }
      expected.append(wanted)
    }
    try require(output, shape: expected)
    let distances = strides(of: input.shape)
    return moved(input, output) { index in
      index.indices.reduce(0) { $0 + (index[$1] + begin[$1]) * distances[$1] }
    }
  }

  /// STRIDED_SLICE with constant bounds, NumPy's `begin:end:stride` along each axis.
  func stridedSlice(_ masks: StridedSliceMasks) throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 4...4)
    let input = try input(0)
    let output = output()
    try require(output, is: input.type)
    let begin = try integers(try self.input(1, "begin"))
    let end = try integers(try self.input(2, "end"))
    let steps = try integers(try self.input(3, "strides"))
    let rank = input.shape.count
    guard begin.count <= rank, end.count == begin.count, steps.count == begin.count else {
      throw fault(.option(name: "number of axes", value: begin.count))
    }
    var starts: [Int] = []
    var strides: [Int] = []
    var expected: [Int] = []
    var keptAxes: [Int] = []
    for (axis, extent) in input.shape.enumerated() {
      guard axis < begin.count else {
        starts.append(0)
        strides.append(1)
        expected.append(extent)
        keptAxes.append(axis)
        continue
      }
      let step = steps[axis]
      guard step != 0, step.magnitude <= 1 << 30 else {
        throw fault(.option(name: "stride", value: step))
      }
      // From the last element down when the stride is negative.
      let limits = step > 0 ? 0...extent : -1...extent - 1
      func bound(_ value: Int) -> Int {
        let fromFront = value < 0 ? value &+ extent : value
        return min(max(fromFront, limits.lowerBound), limits.upperBound)
      }
      let isShrunk = masks.shrink >> axis & 1 == 1
      let first = masks.begin >> axis & 1 == 1 ? (step > 0 ? 0 : extent - 1) : bound(begin[axis])
      let last =
        isShrunk
        ? first + 1
        : masks.end >> axis & 1 == 1 ? (step > 0 ? extent : -1) : bound(end[axis])
      let count = isShrunk ? 1 : max(0, (last - first + step - step.signum()) / step)
      guard count >= 1, (0..<extent).contains(first) else {
        throw fault(.option(name: "begin", value: begin[axis]))
      }
      starts.append(first)
      strides.append(isShrunk ? 1 : step)
      if !isShrunk {
        expected.append(count)
        keptAxes.append(axis)
      }
    }
    try require(output, shape: expected)
    let distances = Inference.strides(of: input.shape)
    let first = starts.indices.reduce(0) { $0 + starts[$1] * distances[$1] }
    return moved(input, output) { index in
      zip(index, keptAxes).reduce(first) { $0 + $1.0 * strides[$1.1] * distances[$1.1] }
    }
  }

  /// TRANSPOSE by a constant permutation.
  func transpose() throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 2...2)
    let input = try input(0)
    let output = output()
    try require(output, is: input.type)
    let permutation = try integers(try self.input(1, "permutation"))
    guard permutation.sorted() == Array(input.shape.indices) else {
      throw fault(.option(name: "permutation length", value: permutation.count))
    }
    try require(output, shape: permutation.map { input.shape[$0] })
    let distances = strides(of: input.shape)
    return moved(input, output) { index in
      zip(index, permutation).reduce(0) { $0 + $1.0 * distances[$1.1] }
    }
  }

  /// RESIZE_NEAREST_NEIGHBOR to a constant height and width.
  ///
  /// Source: TensorFlow Lite, `GetNearestNeighbor`; positions are computed in single precision.
  func resizeNearestNeighbor(
    alignsCorners: Bool,
    usesHalfPixelCenters: Bool
  ) throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 2...2)
    let input = try input(0)
    let output = output()
    try require(output, is: input.type)
    try require(input, rank: 4)
    try requireSameQuantization(input, output)
    let size = try integers(try self.input(1, "size"))
    guard size.count == 2 else { throw fault(.option(name: "number of sizes", value: size.count)) }
    try require(output, shape: [input.shape[0], size[0], size[1], input.shape[3]])
    func source(_ position: Int, _ from: Int, _ to: Int) -> Int {
      let scale =
        alignsCorners && to > 1 ? Float(from - 1) / Float(to - 1) : Float(from) / Float(to)
      let place = (Float(position) + (usesHalfPixelCenters ? 0.5 : 0)) * scale
      let rounded = alignsCorners ? place.rounded(.toNearestOrAwayFromZero) : place.rounded(.down)
      return max(0, min(Int(rounded), from - 1))
    }
    let rows = (0..<size[0]).map { source($0, input.shape[1], size[0]) }
    let columns = (0..<size[1]).map { source($0, input.shape[2], size[1]) }
    let distances = strides(of: input.shape)
    return moved(input, output) { index in
      index[0] * distances[0] + rows[index[1]] * distances[1] + columns[index[2]] * distances[2]
        + index[3]
    }
  }

  /// GATHER with constant indices: slices of an axis in the order asked for.
  func gather(axis: Int, batchDimensions: Int) throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 2...2)
    let input = try input(0)
    let output = output()
    try require(output, is: input.type)
    let chosen = try self.input(1, "indices")
    let axis = try self.axis(axis, rank: input.shape.count)
    guard batchDimensions == 0, !input.shape.isEmpty else {
      throw fault(.option(name: "batch dimensions", value: batchDimensions))
    }
    try require(
      output,
      shape: Array(input.shape[..<axis]) + chosen.shape + Array(input.shape[(axis + 1)...])
    )
    guard chosen.constant != nil else {
      try require(chosen, is: .int32, .int64)
      return ComputedGather(
        input: input,
        indices: chosen,
        output: output,
        extent: input.shape[axis],
        blockBytes: input.shape[(axis + 1)...].reduce(input.type.bits / 8, *)
      )
    }
    let indices = try integers(chosen)
    for index in indices where !(0..<input.shape[axis]).contains(index) {
      throw fault(.option(name: "index", value: index))
    }
    let distances = strides(of: input.shape)
    let indexStrides = strides(of: chosen.shape)
    let rank = chosen.shape.count
    return moved(input, output) { place in
      var source = 0
      var position = 0
      for (axisOfOutput, index) in place.enumerated() {
        if axisOfOutput < axis {
          source += index * distances[axisOfOutput]
        } else if axisOfOutput < axis + rank {
          position += index * indexStrides[axisOfOutput - axis]
        } else {
          source += index * distances[axisOfOutput - rank + 1]
        }
      }
      return source + indices[position] * distances[axis]
    }
  }

  /// ARG_MAX over a constant axis: the first place of the greatest element.
  func argMax() throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 2...2)
    let input = try input(0)
    let output = output()
    try require(input, is: .float32, .int8)
    try require(output, is: .int32, .int64)
    let axis = try self.axis(
      try integers(try self.input(1, "axis")).first ?? 0,
      rank: input.shape.count
    )
    var expected = input.shape
    guard !expected.isEmpty else { throw fault(.option(name: "axis", value: axis)) }
    expected.remove(at: axis)
    try require(output, shape: expected)
    return ArgMaximum(
      input: input,
      output: output,
      extent: input.shape[axis],
      innerCount: input.shape[(axis + 1)...].reduce(1, *)
    )
  }
}
