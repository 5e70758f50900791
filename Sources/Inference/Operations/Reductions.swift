/// MEAN, SUM and REDUCE_MAX over constant axes.
struct Reduction: Kernel {
  enum Rule: Sendable {
    case floatMean(count: Int)
    case floatSum
    case floatMaximum
    case byteMaximum
    case wordMaximum
    /// Sums of int8 or int16 less `sumOffset`, then rescaled.
    case integers(sumOffset: Int64, FixedPointFactor, zeroPoint: Int32)
  }

  let input: Operand
  let output: Operand
  /// Per input element the output element that it goes into.
  let targets: [Int32]
  let rule: Rule

  func run(_ memory: Memory) {
    switch rule {
    case .floatMean(let count):
      sumFloats(memory)
      let into: UnsafeMutableBufferPointer<Float> = output.elements(memory)
      for index in into.indices { into[index] /= Float(count) }
    case .floatSum: sumFloats(memory)
    case .floatMaximum: findMaximum(-Float.greatestFiniteMagnitude, memory)
    case .byteMaximum: findMaximum(Int8.min, memory)
    case .wordMaximum: findMaximum(Int16.min, memory)
    case .integers(let sumOffset, let factor, let zeroPoint):
      if input.type == .int8 {
        sumIntegers(Int8.self, sumOffset, factor, zeroPoint, memory)
      } else {
        sumIntegers(Int16.self, sumOffset, factor, zeroPoint, memory)
      }
    }
  }

  private func sumFloats(_ memory: Memory) {
    let from: UnsafeMutableBufferPointer<Float> = input.elements(memory)
    let into: UnsafeMutableBufferPointer<Float> = output.elements(memory)
    for index in into.indices { into[index] = 0 }
    for (index, target) in targets.enumerated() { into[Int(target)] += from[index] }
  }

  private func findMaximum<Element: Comparable>(_ lowest: Element, _ memory: Memory) {
    let from: UnsafeMutableBufferPointer<Element> = input.elements(memory)
    let into: UnsafeMutableBufferPointer<Element> = output.elements(memory)
    for index in into.indices { into[index] = lowest }
    for (index, target) in targets.enumerated() where from[index] > into[Int(target)] {
      into[Int(target)] = from[index]
    }
  }

  private func sumIntegers<Element: FixedWidthInteger>(
    _ type: Element.Type,
    _ sumOffset: Int64,
    _ factor: FixedPointFactor,
    _ zeroPoint: Int32,
    _ memory: Memory
  ) {
    let from: UnsafeMutableBufferPointer<Element> = input.elements(memory)
    let into: UnsafeMutableBufferPointer<Element> = output.elements(memory)
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: into.count) { sums in
      for index in sums.indices { sums[index] = 0 }
      for (index, target) in targets.enumerated() {
        sums[Int(target)] = sums[Int(target)] &+ Int32(from[index])
      }
      for index in into.indices {
        let centred = Int32(truncatingIfNeeded: Int64(sums[index]) - sumOffset)
        into[index] = Element(clamping: Int64(factor.applied(to: centred)) + Int64(zeroPoint))
      }
    }
  }
}

extension Preparation {
  /// What a reduction takes of its axes.
  enum ReductionKind {
    case mean
    case sum
    case maximum
  }

  /// Plans a reduction over the axes that input 1 lists.
  func reduction(_ kind: ReductionKind, keepsDimensions: Bool) throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 2...2)
    let input = try input(0)
    let output = output()
    try require(input, is: .float32, .int8, .int16)
    try require(output, is: input.type)
    var isReduced = [Bool](repeating: false, count: input.shape.count)
    for axis in try integers(try self.input(1, "axes")) {
      isReduced[try self.axis(axis, rank: input.shape.count)] = true
    }
    var expected: [Int] = []
    var keptShape: [Int] = []
    for (axis, extent) in input.shape.enumerated() {
      keptShape.append(isReduced[axis] ? 1 : extent)
      if !isReduced[axis] {
        expected.append(extent)
      } else if keepsDimensions {
        expected.append(1)
      }
    }
    try require(output, shape: expected)
    let outputStrides = strides(of: keptShape)
    var targets: [Int32] = []
    forEachIndex(of: input.shape) { index in
      var target = 0
      for axis in index.indices where !isReduced[axis] {
        target += index[axis] * outputStrides[axis]
      }
      targets.append(Int32(target))
    }
    return Reduction(
      input: input,
      output: output,
      targets: targets,
      rule: try reductionRule(kind, input, output, count: input.count / max(1, output.count))
    )
  }

  private func reductionRule(
    _ kind: ReductionKind,
    _ input: Operand,
    _ output: Operand,
    count: Int
  ) throws(GraphError) -> Reduction.Rule {
    if input.type == .float32 {
      switch kind {
      case .mean: return .floatMean(count: count)
      case .sum: return .floatSum
      case .maximum: return .floatMaximum
      }
    }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let sumOffset = Int64(inputZero) * Int64(count)
    let factor = try factor(Double(inputScale) / Double(outputScale))
    switch kind {
    case .maximum:
      try requireSameQuantization(input, output)
      return input.type == .int8 ? .byteMaximum : .wordMaximum
    case .sum: return .integers(sumOffset: sumOffset, factor, zeroPoint: outputZero)
    case .mean:
      // The division joins the factor: TensorFlow Lite, `QuantizedMeanOrSum`.
      let room = min(Int32(63 - Int64(count).leadingZeroBitCount), 32, 31 + factor.shift)
      let divided = (Int64(factor.multiplier) << Int64(room)) / Int64(count)
      return .integers(
        sumOffset: sumOffset,
        FixedPointFactor(
          multiplier: Int32(truncatingIfNeeded: divided),
          shift: factor.shift - room
        ),
        zeroPoint: outputZero
      )
    }
  }
}
