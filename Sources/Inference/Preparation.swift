/// What an operation's planning sees: its operands and the rounding rule, with the checks that
/// every operation shares.
struct Preparation {
  let operation: Operation
  /// Its place in the graph.
  let index: Int
  let tensors: [GraphTensor]
  let slots: [Slot]
  /// The elements known before the run, by tensor.
  let constants: [[UInt8]?]
  let rounding: Rounding

  /// An error about this operation.
  func fault(_ fault: GraphError.OperationFault) -> GraphError {
    .operation(name: operation.kind.name, index: index, fault)
  }

  /// Checks how many inputs and outputs there are.
  func requireOperands(inputs: ClosedRange<Int>, outputs: Int = 1) throws(GraphError) {
    guard inputs.contains(operation.inputs.count) else {
      let expected =
        inputs.count == 1 ? "\(inputs.lowerBound)" : "\(inputs.lowerBound)-\(inputs.upperBound)"
      throw fault(
        .operandCount(what: "inputs", expected: expected, found: operation.inputs.count)
      )
    }
    guard operation.outputs.count == outputs else {
      throw fault(
        .operandCount(what: "outputs", expected: "\(outputs)", found: operation.outputs.count)
      )
    }
  }

  /// An input that may be left out.
  func optionalInput(_ position: Int, _ role: String = "input") -> Operand? {
    guard position < operation.inputs.count, let tensor = operation.inputs[position] else {
      return nil
    }
    return operand(tensor, role)
  }

  /// An input.
  func input(_ position: Int, _ role: String = "input") throws(GraphError) -> Operand {
    guard let operand = optionalInput(position, role) else {
      throw fault(
        .operandCount(
          what: "inputs",
          expected: "at least \(position + 1)",
          found: operation.inputs.count
        )
      )
    }
    return operand
  }

  /// An output; `requireOperands` has checked that it is there.
  func output(_ position: Int = 0, _ role: String = "output") -> Operand {
    operand(operation.outputs[position], role)
  }

  private func operand(_ tensor: Int, _ role: String) -> Operand {
    Operand(
      role: role,
      tensor: tensors[tensor],
      slot: slots[tensor],
      constant: constants[tensor]
    )
  }

  func require(_ operand: Operand, is types: ElementType...) throws(GraphError) {
    guard types.contains(operand.type) else {
      throw fault(.type(operand: operand.role, operand.type))
    }
  }

  func require(_ operand: Operand, shape: [Int]) throws(GraphError) {
    guard operand.shape == shape else {
      throw fault(.shape(operand: operand.role, expected: shape, found: operand.shape))
    }
  }

  func require(_ operand: Operand, rank: Int) throws(GraphError) {
    guard operand.shape.count == rank else {
      throw fault(.rank(operand: operand.role, expected: "\(rank)", found: operand.shape.count))
    }
  }

  func require(_ operand: Operand, count: Int) throws(GraphError) {
    guard operand.count == count else {
      throw fault(.shape(operand: operand.role, expected: [count], found: operand.shape))
    }
  }

  /// The scale and zero point of a quantized operand.
  func scaleAndZeroPoint(of operand: Operand) throws(GraphError) -> (scale: Float, zeroPoint: Int32)
  {
    guard let (scale, zeroPoint) = operand.tensor.scaleAndZeroPoint else {
      throw fault(.notQuantized(operand: operand.role))
    }
    return (scale, Int32(clamping: zeroPoint))
  }

  /// Checks that two operands share scale and zero point, as operations that only move integers
  /// need; operands without quantization pass.
  func requireSameQuantization(_ left: Operand, _ right: Operand) throws(GraphError) {
    guard left.type != .float32, left.tensor.quantization != right.tensor.quantization else {
      return
    }
    guard
      let (leftScale, leftZero) = left.tensor.scaleAndZeroPoint,
      let (rightScale, rightZero) = right.tensor.scaleAndZeroPoint,
      leftZero == rightZero, (leftScale - rightScale).magnitude <= 1e-6
    else {
      throw fault(.quantization(operand: right.role, expected: "that of its \(left.role)"))
    }
  }

  /// A fixed-point form of `real`.
  func factor(_ real: Double) throws(GraphError) -> FixedPointFactor {
    guard let factor = FixedPointFactor(real) else { throw fault(.scaleRatio(real)) }
    return factor
  }

  /// A fixed-point form of a factor that must not shift left.
  func factorBelowOne(_ real: Double) throws(GraphError) -> FixedPointFactor {
    let factor = try factor(real)
    guard factor.shift <= 0 else { throw fault(.scaleRatio(real)) }
    return factor
  }

  /// The bytes of an operand that must be known.
  func constant(_ operand: Operand) throws(GraphError) -> [UInt8] {
    guard let constant = operand.constant else {
      throw fault(.notConstant(operand: operand.role))
    }
    return constant
  }

  /// The integers of a known int32 or int64 operand, such as axes.
  func integers(_ operand: Operand) throws(GraphError) -> [Int] {
    let bytes = try constant(operand)
    switch operand.type {
    case .int32: return littleEndian(bytes, as: Int32.self).map { Int($0) }
    case .int64: return littleEndian(bytes, as: Int64.self).map { Int($0) }
    case .int16: return littleEndian(bytes, as: Int16.self).map { Int($0) }
    case .float32, .float16, .uint8, .bool, .int8, .int4:
      throw fault(.type(operand: operand.role, operand.type))
    }
  }

  /// An axis counted from the front, given one that may count from the back.
  func axis(_ axis: Int, rank: Int, name: String = "axis") throws(GraphError) -> Int {
    let resolved = axis < 0 ? axis &+ rank : axis
    guard (0..<max(rank, 1)).contains(resolved) else {
      throw fault(.option(name: name, value: axis))
    }
    return resolved
  }
}

/// The elements of `bytes`, which are little-endian as in files; a remainder is left out.
func littleEndian<Element: FixedWidthInteger>(_ bytes: [UInt8], as type: Element.Type) -> [Element]
{
  let size = MemoryLayout<Element>.size
  return bytes.withUnsafeBytes { raw in
    (0..<raw.count / size).map {
      Element(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * size, as: Element.self))
    }
  }
}

/// The floats of little-endian `bytes`.
func littleEndianFloats(_ bytes: [UInt8]) -> [Float] {
  littleEndian(bytes, as: UInt32.self).map { Float(bitPattern: $0) }
}

/// The bytes of integers, little-endian.
func littleEndianBytes(_ elements: [some FixedWidthInteger]) -> [UInt8] {
  elements.map(\.littleEndian).withUnsafeBytes { Array($0) }
}
