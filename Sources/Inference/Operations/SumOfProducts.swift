/// BATCH_MATMUL: sums of products of two computed operands.
struct SumOfProducts: Kernel {
  let left: Operand
  let right: Operand
  let output: Operand
  /// Rows of the left, columns of the right, elements summed, and the distances between them.
  let rows: Int
  let columns: Int
  let depth: Int
  let transposesLeft: Bool
  let transposesRight: Bool
  /// Per pair of matrices the number of the left and of the right one.
  let pairs: [(left: Int, right: Int)]
  let leftZero: Int32
  let rightZero: Int32
  /// nil for floats.
  let requantization: ChannelRequantization?

  func run(_ memory: Memory) {
    if let requantization {
      let sums = UnsafeMutableBufferPointer<Int32>.allocate(capacity: output.count)
      defer { sums.deallocate() }
      let a: UnsafeMutableBufferPointer<Int8> = left.elements(memory)
      let b: UnsafeMutableBufferPointer<Int8> = right.elements(memory)
      forEachSum { place, products in
        var sum: Int32 = 0
        for (i, j) in products {
          sum = sum &+ (Int32(a[i]) - leftZero) &* (Int32(b[j]) - rightZero)
        }
        sums[place] = sum
      }
      requantization.apply(sums, into: output.elements(memory))
    } else {
      let a: UnsafeMutableBufferPointer<Float> = left.elements(memory)
      let b: UnsafeMutableBufferPointer<Float> = right.elements(memory)
      let into: UnsafeMutableBufferPointer<Float> = output.elements(memory)
      forEachSum { place, products in
        var sum: Float = 0
        for (i, j) in products { sum += a[i] * b[j] }
        into[place] = sum
      }
    }
  }

  private func forEachSum(_ body: (Int, LazyMapSequence<Range<Int>, (Int, Int)>) -> Void) {
    for (number, pair) in pairs.enumerated() {
      let leftStart = pair.left * rows * depth
      let rightStart = pair.right * depth * columns
      for row in 0..<rows {
        for column in 0..<columns {
          let products = (0..<depth).lazy.map { k in
            (
              leftStart + (transposesLeft ? k * rows + row : row * depth + k),
              rightStart + (transposesRight ? column * depth + k : k * columns + column)
            )
          }
          body((number * rows + row) * columns + column, products)
        }
      }
    }
  }
}

extension Preparation {
  /// BATCH_MATMUL of computed or constant operands, batches broadcast.
  func batchMatMul(
    transposesLeft: Bool,
    transposesRight: Bool
  ) throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 2...2)
    let left = try input(0, "left input")
    let right = try input(1, "right input")
    let output = output()
    try require(left, is: .float32, .int8)
    try require(right, is: left.type)
    try require(output, is: left.type)
    guard left.shape.count >= 2, right.shape.count >= 2 else {
      throw fault(.rank(operand: left.role, expected: "at least 2", found: left.shape.count))
    }
    let leftTail = Array(left.shape.suffix(2))
    let rightTail = Array(right.shape.suffix(2))
    let rows = leftTail[transposesLeft ? 1 : 0]
    let depth = leftTail[transposesLeft ? 0 : 1]
    let columns = rightTail[transposesRight ? 0 : 1]
    guard rightTail[transposesRight ? 1 : 0] == depth else {
      throw fault(.shape(operand: right.role, expected: [depth, columns], found: right.shape))
    }
    let batch = Array(output.shape.dropLast(2))
    try require(output, shape: batch + [rows, columns])
    func numbers(_ operand: Operand) throws(GraphError) -> [Int] {
      let own = Array(operand.shape.dropLast(2))
      let aligned = [Int](repeating: 1, count: max(0, batch.count - own.count)) + own
      guard aligned.count == batch.count, zip(aligned, batch).allSatisfy({ $0 == 1 || $0 == $1 })
      else { throw fault(.shape(operand: operand.role, expected: batch, found: own)) }
      let distances = strides(of: aligned)
      var result: [Int] = []
      forEachIndex(of: batch) { index in
        result.append(
          index.indices.reduce(0) { $0 + (aligned[$1] == 1 ? 0 : index[$1] * distances[$1]) }
        )
      }
      return result
    }
    var requantization: ChannelRequantization?
    var zeros: (Int32, Int32) = (0, 0)
    if left.type == .int8 {
      let (leftScale, leftZero) = try scaleAndZeroPoint(of: left)
      let (rightScale, rightZero) = try scaleAndZeroPoint(of: right)
      let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
      zeros = (leftZero, rightZero)
      requantization = try ChannelRequantization(
        // The product of scales is rounded to single precision, as in fully connected layers.
        factors: [Double(leftScale * rightScale) / Double(outputScale)],
        multipliesInDouble: false,
        outputOffset: outputZero,
        range: -128...127,
        for: self
      )
    }
    return SumOfProducts(
      left: left,
      right: right,
      output: output,
      rows: rows,
      columns: columns,
      depth: depth,
      transposesLeft: transposesLeft,
      transposesRight: transposesRight,
      pairs: Array(zip(try numbers(left), try numbers(right))).map { (left: $0.0, right: $0.1) },
      leftZero: zeros.0,
      rightZero: zeros.1,
      requantization: requantization
    )
  }
}
