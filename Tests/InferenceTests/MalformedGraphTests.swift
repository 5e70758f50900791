import Testing

@testable import Inference

/// Graphs that cannot be: each must give its error, and none may trap.
@Suite("Malformed graphs")
struct MalformedGraphTests {
  /// One int8 RELU from an input of four elements to an output.
  private func graph() -> Graph {
    let quantization = Quantization.perTensor(scale: 0.5, zeroPoint: -3)
    return Graph(
      name: "main",
      tensors: [
        GraphTensor(name: "in", shape: [1, 4], type: .int8, quantization: quantization),
        GraphTensor(name: "out", shape: [1, 4], type: .int8, quantization: quantization),
      ],
      operations: [Operation(kind: .relu, inputs: [0], outputs: [1])],
      inputs: [0],
      outputs: [1]
    )
  }

  private func expect(_ error: GraphError, _ change: (inout Graph) -> Void) {
    var changed = graph()
    change(&changed)
    #expect(throws: error) { try GraphRunner(changed) }
  }

  @Test
  func `the sound graph runs`() throws {
    // -3 stands for 0; equal scales leave what is above it.
    let found = try GraphRunner(graph()).run(inputs: [[0x80, 0xFD, 0, 0x7F]])
    #expect(found == [[0xFD, 0xFD, 0, 0x7F]])
  }

  @Test
  func `impossible tensors`() {
    expect(.tensor(name: "in", .shape([1, -4]))) { $0.tensors[0].shape = [1, -4] }
    expect(.tensor(name: "in", .shape([1 << 40, 1 << 40]))) {
      $0.tensors[0].shape = [1 << 40, 1 << 40]
    }
    expect(.tensor(name: "in", .scale(0))) {
      $0.tensors[0].quantization = .perTensor(scale: 0, zeroPoint: 0)
    }
    expect(.tensor(name: "in", .zeroPoint(200))) {
      $0.tensors[0].quantization = .perTensor(scale: 1, zeroPoint: 200)
    }
    expect(.tensor(name: "in", .channelAxis(7, rank: 2))) {
      $0.tensors[0].quantization = .perChannel(scales: [1, 1], zeroPoints: [0, 0], axis: 7)
    }
    expect(.tensor(name: "in", .channelCount(expected: 4, found: 2))) {
      $0.tensors[0].quantization = .perChannel(scales: [1, 1], zeroPoints: [0, 0], axis: 1)
    }
  }

  @Test
  func `wrong order, cycles and indices`() {
    expect(.noSuchTensor(index: 9, count: 2)) { $0.operations[0].inputs = [9] }
    expect(.readBeforeWritten(tensor: "out")) { $0.operations[0].inputs = [1] }
    expect(.writtenTwice(tensor: "in")) { $0.operations[0].outputs = [0] }
    expect(.readBeforeWritten(tensor: "out")) { $0.operations = [] }
  }

  @Test
  func `operands that do not fit`() {
    expect(
      .operation(
        name: "RELU",
        index: 0,
        .shape(operand: "output", expected: [1, 4], found: [1, 5])
      )
    ) { $0.tensors[1].shape = [1, 5] }
    expect(.operation(name: "RELU", index: 0, .notQuantized(operand: "input"))) {
      $0.tensors[0].quantization = nil
    }
    expect(
      .operation(
        name: "RELU",
        index: 0,
        .operandCount(what: "inputs", expected: "1", found: 2)
      )
    ) { $0.operations[0].inputs = [0, 0] }
  }

  @Test
  func `memory and inputs are checked`() throws {
    #expect(throws: GraphError.memory(neededBytes: 128, allowedBytes: 100)) {
      try GraphRunner(graph(), memoryLimit: 100)
    }
    let runner = try GraphRunner(graph())
    #expect(throws: GraphError.inputCount(expected: 1, found: 0)) { try runner.run(inputs: []) }
    #expect(throws: GraphError.inputBytes(tensor: "in", expected: 4, found: 3)) {
      try runner.run(inputs: [[1, 2, 3]])
    }
  }
}
