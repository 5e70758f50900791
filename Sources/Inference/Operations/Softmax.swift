import Tensors

/// SOFTMAX over the last axis.
struct SoftmaxKernel: Kernel {
  let input: Operand
  let output: Operand
  let depth: Int
  let arithmetic: Arithmetic

  enum Arithmetic: Sendable {
    case floats(beta: Float)
    /// gemmlowp's exponentials by distance from the largest value, 0...255; those below the smallest
    /// distance that counts are left out.
    case bytes(exponentials: [Int32])
    case words(WordSoftmax)
  }

  static func make(_ preparation: Preparation, beta: Float) throws(GraphError) -> any Kernel {
    let (input, output) = try preparation.sameTypeOperands([.float32, .int8, .int16])
    guard let depth = input.shape.last else {
      throw preparation.fault(.rank(operand: input.role, expected: "at least 1", found: 0))
    }
    func arithmetic() throws(GraphError) -> Arithmetic {
      guard input.type != .float32 else { return .floats(beta: beta) }
      let (scale, _) = try preparation.scaleAndZeroPoint(of: input)
      let (outputScale, outputZero) = try preparation.scaleAndZeroPoint(of: output)
      guard input.type == .int8 else {
        try preparation.requireZeroPoints(input, output, are: 0)
        return .words(try WordSoftmax(preparation, scale: scale, beta: beta))
      }
      guard outputScale == 1 / 256, outputZero == -128 else {
        throw preparation.fault(
          .quantization(operand: output.role, expected: "scale 1/256 and zero point -128")
        )
      }
      return .bytes(exponentials: try exponentials(preparation, scale: scale, beta: beta))
    }
    return SoftmaxKernel(
      input: input,
      output: output,
      depth: depth,
      arithmetic: try arithmetic()
    )
  }

  /// `exp(-distance * scale * beta)` as Q0, for every distance that is not negligible.
  static func exponentials(
    _ preparation: Preparation,
    scale: Float,
    beta: Float
  ) throws(GraphError) -> [Int32] {
    let integerBits: Int32 = 5
    let real = min(Double(beta) * Double(scale) * Double(1 << 26), Double(Int32.max))
    let factor = try preparation.factor(real)
    guard real > 1 else { throw preparation.fault(.scaleRatio(real)) }
    let radius = FixedPoint.inputRadius(integerBits: integerBits, leftShift: factor.shift)
    return (0...min(255, radius)).map { distance in
      FixedPoint.exponential(
        ofNonPositive: factor.applied(to: -distance),
        integerBits: integerBits
      )
    }
  }

  func run(_ memory: Memory) {
    switch arithmetic {
    case .floats(let beta): runFloats(beta, input.elements(memory), output.elements(memory))
    case .bytes(let exponentials):
      runBytes(exponentials, input.elements(memory), output.elements(memory))
    case .words(let rule):
      let from: UnsafeMutableBufferPointer<Int16> = input.elements(memory)
      let into: UnsafeMutableBufferPointer<Int16> = output.elements(memory)
      for start in stride(from: 0, to: from.count, by: depth) {
        rule.apply(
          UnsafeMutableBufferPointer(rebasing: from[start..<start + depth]),
          UnsafeMutableBufferPointer(rebasing: into[start..<start + depth])
        )
      }
    }
  }

  private func runFloats(
    _ beta: Float,
    _ from: UnsafeMutableBufferPointer<Float>,
    _ into: UnsafeMutableBufferPointer<Float>
  ) {
    for start in stride(from: 0, to: from.count, by: depth) {
      let row = start..<start + depth
      var largest = -Float.greatestFiniteMagnitude
      for index in row { largest = max(largest, from[index]) }
      var sum: Float = 0
      for index in row {
        into[index] = RealFunctions.exponential((from[index] - largest) * beta)
        sum += into[index]
      }
      for index in row { into[index] /= sum }
    }
  }

  private func runBytes(
    _ exponentials: [Int32],
    _ from: UnsafeMutableBufferPointer<Int8>,
    _ into: UnsafeMutableBufferPointer<Int8>
  ) {
    for start in stride(from: 0, to: from.count, by: depth) {
      let row = start..<start + depth
      var largest = Int8.min
      for index in row { largest = max(largest, from[index]) }
      // Q12 sum of the exponentials.
      var sum: Int32 = 0
      for index in row {
        let distance = Int(largest) - Int(from[index])
        guard distance < exponentials.count else { continue }
        sum = sum &+ roundingDivide(exponentials[distance], byPowerOfTwo: 12)
      }
      let (reciprocal, bitsOverUnit) = FixedPoint.reciprocal(sum, integerBits: 12)
      for index in row {
        let distance = Int(largest) - Int(from[index])
        guard distance < exponentials.count else {
          into[index] = Int8.min
          continue
        }
        let product = doublingHighProduct(reciprocal, exponentials[distance])
        let share = roundingDivide(product, byPowerOfTwo: bitsOverUnit + 23)
        into[index] = Int8(clamping: share &- 128)
      }
    }
  }
}

/// SOFTMAX of int16 by two interpolated tables of 513 numbers.
///
/// Source: TensorFlow Lite, `reference/softmax.h` (`SoftmaxInt16`).
struct WordSoftmax: Sendable {
  /// e^x for -10...0 and 1 / (1 + x) for 0...1.
  private struct Tables: Sendable {
    let exponential: WordTable
    let reciprocalOfOnePlus: WordTable

    init<Real: BinaryFloatingPoint>(_ exponential: (Real) -> Real) {
      self.exponential = WordTable(
        inputScale: 10 / Real(65535),
        inputZeroPoint: 32767,
        outputScale: 2 / Real(65535),
        outputZeroPoint: 0,
        exponential
      )
      reciprocalOfOnePlus = WordTable(
        inputScale: 1 / Real(65535),
        inputZeroPoint: -32768,
        outputScale: 2 / Real(65535),
        outputZeroPoint: 0
      ) { 1 / (1 + $0) }
    }

    /// TensorFlow Lite Micro fills them in single precision, LiteRT in double.
    static let single = Tables { (x: Float) in RealFunctions.exponential(x) }
    static let double = Tables { (x: Double) in RealFunctions.exponential(x) }
  }

  private let factor: FixedPointFactor
  private let tables: Tables

  /// Input differences of -65535...0 must stand for -10...0.
  init(_ preparation: Preparation, scale: Float, beta: Float) throws(GraphError) {
    factor = try preparation.factor(Double(scale) * Double(beta) / (10.0 / 65535.0))
    tables = preparation.rounding == .tflm ? .single : .double
  }

  func apply(_ from: UnsafeMutableBufferPointer<Int16>, _ into: UnsafeMutableBufferPointer<Int16>) {
    var largest = Int16.min
    for value in from { largest = max(largest, value) }
    var sum: Int32 = 0
    for index in from.indices {
      let difference = Int32(from[index]) - Int32(largest)
      let scaled = factor.applied(to: difference) &+ 32767
      into[index] = tables.exponential[Int16(clamping: scaled)]
      sum = sum &+ Int32(into[index])
    }
    let headroom = Int64(sum.leadingZeroBitCount)
    let shiftedSum = ((Int64(sum) << (headroom - 1)) + (1 << 13)) >> 14
    let centred = Int16(clamping: shiftedSum - ((1 << 15) + (1 << 16)))
    let reciprocal = Int64(tables.reciprocalOfOnePlus[centred])
    let rightShift = 31 - headroom
    for index in into.indices {
      let product = Int64(into[index]) * reciprocal
      into[index] = Int16(clamping: max(0, (product + (1 << (rightShift - 1))) >> rightShift))
    }
  }
}
