import Diagnostics
import Tensors

/// Functions that make and take apart tensors.
enum TensorFunctions {
  static let rows: [FunctionRow] = [
    FunctionRow("zeros", [shape], "A tensor of zeros.", gives: .tensor) { call throws(Diagnostic) in
      try filled(call, 0)
    },
    FunctionRow("ones", [shape], "A tensor of ones.", gives: .tensor) { call throws(Diagnostic) in
      try filled(call, 1)
    },
    FunctionRow(
      "identity",
      [Slot("size", [.count], isRequired: true)],
      "The identity matrix.",
      gives: .tensor
    ) {
      call throws(Diagnostic) in
      let size = try call.whole(0, default: 1)
      let shape = try Limits.shape([size, size], at: call.range(of: 0))
      var values = [Double](repeating: 0, count: shape.count)
      for index in 0..<size { values[index * size + index] = 1 }
      return .tensor(PreciseTensor(shape, values))
    },
    FunctionRow(
      "random",
      [
        Slot("shape", [.shape, .count, .list], "of the tensor; without it one number is drawn"),
        Slot("from", [.number], defaultText: "0"), Slot("to", [.number], defaultText: "1"),
      ],
      "Uniform random numbers.",
      gives: .tensor
    ) { call throws(Diagnostic) in
      let from = call[1].plainNumber ?? 0
      let to = call[2].plainNumber ?? 1
      guard from.isFinite, to.isFinite, from <= to, (to - from).isFinite else {
        throw call.refuse("out-of-range", "'from' must not be above 'to'", 1)
      }
      return try drawn(call) { $0.nextUniform(in: from...to) }
    },
    FunctionRow(
      "normal",
      [
        Slot("shape", [.shape, .count, .list], "of the tensor; without it one number is drawn"),
        Slot("mean", [.number], defaultText: "0"),
        Slot("deviation", [.number], defaultText: "1", range: 0...1e300),
      ],
      "Random numbers of the normal distribution.",
      gives: .tensor
    ) { call throws(Diagnostic) in
      let mean = call[1].plainNumber ?? 0
      let deviation = call[2].plainNumber ?? 1
      return try drawn(call) { mean + deviation * $0.nextNormal() }
    },
    FunctionRow(
      "shape",
      [Slot("t", [.any], isRequired: true)],
      "The extents, as a list.",
      gives: .list
    ) {
      call throws(Diagnostic) in
      let extents: [Int]
      switch call[0] {
      case .tensor(let tensor): extents = tensor.shape.extents
      case .shape(let written): extents = written
      case .list(let list):
        guard let tensor = TensorMath.tensor(of: list) else {
          extents = [list.count]
          break
        }
        extents = tensor.shape.extents
      case .number: extents = []
      default:
        throw call.refuse("no-shape", "\(call[0].kindPhrase) has no shape", 0)
      }
      return .list(extents.map { .number(Double($0)) })
    },
    FunctionRow(
      "reshape",
      [numeric, Slot("shape", [.shape, .list, .count], isRequired: true)],
      "The same elements under another shape."
    ) { call throws(Diagnostic) in
      let tensor = try TensorFunctions.tensor(call, 0)
      let shape = try extents(call, 1)
      return .tensor(
        try pinned(call, 1) { () throws(TensorError) in try tensor.reshaped(to: shape) }
      )
    },
    FunctionRow("transpose", [numeric], "Rows become columns.") { call throws(Diagnostic) in
      .tensor(try tensor(call, 0).transposed())
    },
    FunctionRow(
      "dot",
      [
        Slot("a", [.list, .tensor], isRequired: true),
        Slot("b", [.list, .tensor], isRequired: true),
      ],
      "Dot product of lists, matrix product of matrices."
    ) { call throws(Diagnostic) in
      let left = try tensor(call, 0)
      let right = try tensor(call, 1)
      return value(
        try pinned(call, 1) { () throws(TensorError) in try left.product(with: right) }
      )
    },
    FunctionRow(
      "softmax",
      [numeric, Slot("temperature", [.number], defaultText: "1", range: 1e-6...1e6)],
      "exp(x) / sum(exp(x)) along the last axis.",
      gives: .tensor
    ) { call throws(Diagnostic) in
      let temperature = call[1].plainNumber ?? 1
      let result = try tensor(call, 0).map { $0 / temperature }.softmax()
      if case .list = call[0] { return .list(TensorMath.list(of: result)) }
      return .tensor(result)
    },
    FunctionRow(
      "crossentropy",
      [
        Slot("logits", [.list, .tensor], isRequired: true),
        Slot("label", [.count], isRequired: true),
      ],
      "-log(softmax(logits)[label]).",
      gives: .number
    ) { call throws(Diagnostic) in
      let logits = try tensor(call, 0).values
      let label = try call.whole(1, default: 0)
      guard logits.indices.contains(label) else {
        throw call.refuse(
          "index-out-of-range",
          "label \(label) is not one of the \(logits.count) classes",
          1
        )
      }
      let largest = logits.max() ?? 0
      let sum = logits.reduce(0) { $0 + ExactMath.exp($1 - largest) }
      return .number(ExactMath.log(sum) + largest - logits[label])
    },
    FunctionRow(
      "kl",
      [
        Slot("p", [.list, .tensor], isRequired: true),
        Slot("q", [.list, .tensor], isRequired: true),
      ],
      "Kullback-Leibler divergence: sum of p * log(p / q), in nats.",
      gives: .number
    ) { call throws(Diagnostic) in
      let p = try tensor(call, 0).values
      let q = try tensor(call, 1).values
      guard p.count == q.count else {
        throw call.refuse(
          "shape-mismatch",
          "kl needs two distributions of one length, but these have \(p.count) and \(q.count)",
          1
        )
      }
      var sum = 0.0
      for (p, q) in zip(p, q) where p != 0 {
        guard p > 0, q >= 0 else {
          throw call.refuse("out-of-domain", "a probability must not be negative", 0)
        }
        sum += q == 0 ? .infinity : p * ExactMath.log(p / q)
      }
      return .number(sum)
    },
  ]

  private static let shape = Slot(
    "shape",
    [.shape, .list, .count],
    isRequired: true,
    "such as 3x3, or a list"
  )
  private static let numeric = Slot("t", [.tensor, .list], isRequired: true, "a tensor or list")

  /// A tensor argument; nested lists of numbers will do.
  private static func tensor(
    _ call: FunctionCall,
    _ index: Int
  ) throws(Diagnostic) -> PreciseTensor {
    switch call[index] {
    case .tensor(let tensor): return tensor
    case .list(let list):
      if let tensor = TensorMath.tensor(of: list) { return tensor }
    default: break
    }
    throw call.refuse(
      "not-numeric",
      "\(call.row.name) needs a tensor or equally long lists of numbers",
      index
    )
  }

  private static func value(_ tensor: PreciseTensor) -> Value {
    tensor.shape.rank == 0 ? .number(tensor.values.first ?? 0) : .tensor(tensor)
  }

  private static func extents(_ call: FunctionCall, _ index: Int) throws(Diagnostic) -> Shape {
    guard let extents = call[index].extents, extents.allSatisfy({ $0 >= 0 }) else {
      throw call.refuse(
        "not-a-shape",
        "\(call.row.name) needs a shape such as 3x3, but here is "
          + ValueText.short(call[index]),
        index
      )
    }
    let shape = try Limits.shape(extents, at: call.range(of: index))
    let bytes = shape.count * MemoryLayout<Double>.stride
    guard bytes <= call.session.memoryLimit else {
      throw call.refuse(
        "memory-limit",
        "a tensor of shape \(shape) needs \(ByteCount.text(bytes)), and the memory limit is "
          + ByteCount.text(call.session.memoryLimit),
        index,
        remedy: "raise it with 'limit memory='"
      )
    }
    return shape
  }

  private static func filled(_ call: FunctionCall, _ number: Double) throws(Diagnostic) -> Value {
    let shape = try extents(call, 0)
    return .tensor(PreciseTensor(shape, [Double](repeating: number, count: shape.count)))
  }

  private static func drawn(
    _ call: FunctionCall,
    _ draw: (inout SeededGenerator) -> Double
  ) throws(Diagnostic) -> Value {
    guard call.has(0) else {
      var generator = SeededGenerator(seed: call.session.nextSeed())
      return .number(draw(&generator))
    }
    let shape = try extents(call, 0)
    var generator = SeededGenerator(seed: call.session.nextSeed())
    var values: [Double] = []
    values.reserveCapacity(shape.count)
    for _ in 0..<shape.count { values.append(draw(&generator)) }
    return .tensor(PreciseTensor(shape, values))
  }

  private static func pinned(
    _ call: FunctionCall,
    _ index: Int,
    _ body: () throws(TensorError) -> PreciseTensor
  ) throws(Diagnostic) -> PreciseTensor {
    do throws(TensorError) {
      return try body()
    } catch {
      throw call.refuse("shape-mismatch", error.description, index)
    }
  }
}
