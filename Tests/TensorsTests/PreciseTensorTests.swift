import Testing

@testable import Tensors

@Suite("Arrays of scripts")
struct PreciseTensorTests {
  private let matrix = PreciseTensor(Shape([2, 3]), [1, 2, 3, 4, 5, 6])

  @Test
  func `numbers and rows are repeated to fit`() throws {
    #expect(try (matrix + PreciseTensor(10)).values == [11, 12, 13, 14, 15, 16])
    #expect(try (PreciseTensor(10) - matrix).values == [9, 8, 7, 6, 5, 4])
    #expect(try (matrix * PreciseTensor([1, 10, 100])).values == [1, 20, 300, 4, 50, 600])
    let column = PreciseTensor(Shape([2, 1]), [2, 4])
    #expect(try (matrix / column).values == [0.5, 1, 1.5, 1, 1.25, 1.5])
    let outer = try column * PreciseTensor([1, 2, 3])
    #expect(outer == PreciseTensor(Shape([2, 3]), [2, 4, 6, 4, 8, 12]))
    #expect(try matrix.power(PreciseTensor(2)).values == [1, 4, 9, 16, 25, 36])
  }

  @Test
  func `shapes that do not fit are refused`() {
    let pair = PreciseTensor([1, 2])
    #expect(throws: TensorError.notBroadcastable(matrix.shape, pair.shape)) { try matrix + pair }
    #expect(throws: TensorError.notMultipliable(matrix.shape, pair.shape)) {
      try matrix.product(with: pair)
    }
    #expect(throws: TensorError.countMismatch(matrix.shape, Shape([4]))) {
      try matrix.reshaped(to: Shape([4]))
    }
    #expect(throws: TensorError.axisOutOfRange(2, matrix.shape)) {
      try matrix.reduced(.sum, axis: 2)
    }
    #expect(throws: TensorError.indexOutOfRange(2, count: 2)) { try matrix.element(at: 2) }
    #expect(throws: TensorError.noAxis) { try PreciseTensor(1).element(at: 0) }
    #expect(throws: TensorError.rangeOutOfRange(1..<3, count: 2)) { try matrix.slice(1..<3) }
    let tall = PreciseTensor(Shape([20_000, 1]), Array(repeating: 0, count: 20_000))
    #expect(throws: TensorError.tooLarge([20_000, 20_000])) { try tall + tall.transposed() }
  }

  @Test
  func `empty arrays are no trap, however large their other extents`() throws {
    let wide = PreciseTensor(Shape([0, 1 << 20, 1 << 20]), [])
    let single = PreciseTensor(Shape([1, 1, 1]), [1])
    #expect(try (wide + single).count == 0)
    #expect(wide.transposed().count == 0)
    #expect(wide.softmax().count == 0)
    #expect(throws: TensorError.tooLarge([1 << 20, 1 << 20])) { try wide.reduced(.sum, axis: 0) }
    #expect(try wide.reduced(.sum, axis: 2).count == 0)
    #expect(throws: TensorError.emptyReduction(.mean)) { try wide.reduced(.mean) }
    #expect(try wide.reduced(.sum) == 0)
    #expect(Shape(checking: [0, 1 << 40, 2]) == nil)
  }

  @Test
  func `products of lists and matrices`() throws {
    let other = PreciseTensor(Shape([3, 2]), [1, 0, 0, 1, 1, 1])
    #expect(try matrix.product(with: other) == PreciseTensor(Shape([2, 2]), [4, 5, 10, 11]))
    #expect(try matrix.product(with: PreciseTensor([1, 1, 1])) == PreciseTensor([6, 15]))
    #expect(try PreciseTensor([1, 1]).product(with: matrix) == PreciseTensor([5, 7, 9]))
    let list = PreciseTensor([3, 4])
    #expect(try list.product(with: list) == PreciseTensor(25))
  }

  @Test
  func `reductions of all elements and along an axis`() throws {
    #expect(try matrix.reduced(.sum) == 21)
    #expect(try matrix.reduced(.mean) == 3.5)
    #expect(try matrix.reduced(.minimum) == 1)
    #expect(try matrix.reduced(.maximum) == 6)
    #expect(try matrix.reduced(.argmax) == 5)
    #expect(try abs(matrix.reduced(.standardDeviation) - (35.0 / 12).squareRoot()) < 1e-15)
    #expect(try matrix.reduced(.sum, axis: 0) == PreciseTensor([5, 7, 9]))
    #expect(try matrix.reduced(.mean, axis: 1) == PreciseTensor([2, 5]))
    #expect(try matrix.reduced(.argmax, axis: 1) == PreciseTensor([2, 2]))
    #expect(try PreciseTensor([2, 2, 1]).reduced(.argmax) == 0)
    #expect(try PreciseTensor([2, .nan, 1]).reduced(.maximum).isNaN)
    #expect(try PreciseTensor([2, .nan, 1]).reduced(.minimum).isNaN)
  }

  @Test
  func `parts, transposition and conversion`() throws {
    #expect(matrix.transposed() == PreciseTensor(Shape([3, 2]), [1, 4, 2, 5, 3, 6]))
    let cube = PreciseTensor(Shape([2, 3, 4]), (0..<24).map(Double.init))
    let turned = cube.transposed()
    for i in 0..<2 {
      for j in 0..<3 {
        for k in 0..<4 {
          #expect(turned.values[(k * 3 + j) * 2 + i] == Double((i * 3 + j) * 4 + k))
        }
      }
    }
    #expect(try matrix.element(at: 1) == PreciseTensor([4, 5, 6]))
    #expect(try matrix.slice(1..<2) == PreciseTensor(Shape([1, 3]), [4, 5, 6]))
    #expect(try matrix.slice(1..<1).shape == Shape([0, 3]))
    #expect(PreciseTensor(Tensor(matrix)) == matrix)
  }

  @Test
  func `softmax sums to 1 and is unmoved by a common addend`() throws {
    let probabilities = matrix.softmax()
    for row in 0..<2 {
      let sum = try probabilities.element(at: row).reduced(.sum)
      #expect(abs(sum - 1) < 1e-15)
    }
    #expect(try (matrix + PreciseTensor(1000)).softmax() == probabilities)
  }
}
