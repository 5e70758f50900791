import Networks
import Tensors

/// Four clouds in the corners of a square, one class each.
func clouds(_ count: Int, seed: UInt64) -> Samples {
  var random = SeededGenerator(seed: seed)
  var values: [Float] = []
  var labels: [Int32] = []
  for index in 0..<count {
    let label = index % 4
    values.append(Float(label % 2 * 2 - 1) + Float(random.nextUnit() - 0.5) * 1.4)
    values.append(Float(label / 2 * 2 - 1) + Float(random.nextUnit() - 0.5) * 1.4)
    labels.append(Int32(label))
  }
  return Samples(inputs: Tensor(Shape([count, 2]), values), expected: .classes(labels, count: 4))
}
