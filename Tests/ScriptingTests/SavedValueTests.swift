import Diagnostics
import Language
import Tensors
import Testing

@testable import Scripting

/// What goes to a worker and comes back is the same to the last bit.
@Suite struct SavedValueTests {
  /// Statements that make a value called `x`.
  static let scripts = [
    "x = none", "x = true", "x = 1/3", "x = -0.0", "x = 0 * -1", "x = 5e-324", "x = 1e308 * 1e10",
    "x = 2 ** 53 - 1", "x = 64KiB", "x = 3.3V * 5mA", "x = 80%", "x = \"a\\n\\\"\\u{e7}🙂\"",
    "x = 3x3", "x = [1, [2, \"b\"], none]", "x = { a: 1, b: { c: [2ms] } }", "x = 0..1 step 0.1",
    "x = abs", "x = tensor [[0.1, -0.0], [1e-300, 3]]", "x = normal(3x2)", "x = nano33",
    "board x { core \"cortex-m4f\"; clock 64MHz; ram 100KiB; flash 300KiB }",
    "x = dataset iris", "d = dataset iris\nx = split d into [60%, 20%, 20%]",
    "d = dataset iris\nsplit d into [60%, 40%]\nx = normalize d",
    "x = dataset [{ a: \"p\", y: 1.5 }, { a: \"q\", y: 2 }] onehot=true",
    "x = dataset digits first=20",
    "network x { input 4; dense 3 softmax }",
    """
    d = dataset iris
    network n { input 4; dense 8 leaky 0.1; dropout 10%; dense 3 softmax : last }
    x = train n on d epochs=2 rate=1e-2 schedule=step
    """,
    """
    network x {
      input 8x8x1; conv 4 3x3 pad=same relu; batchnorm
      residual { conv 4 3x3 pad=same }
      maxpool 2x2; flatten; dense 2 softmax
    }
    """,
    "network mlp(k) { input 4; dense k; dense 3 }\nx = mlp(5)",
    "network n { input 4; dense 8 relu; dense 3 softmax }\nd = dataset iris\n"
      + "x = quantize n to int8 calibrate=d.train",
    "network n { input 4; dense 3 }\nx = quantize n to dynamic",
    "network n { input 4; dense 3 }\nx = convert n to tflite",
    "network n { input 4; dense 3 }\nx = n.dense1",
    "network n { input 4; dense 3 }\nm = convert n to tflite\nx = deploy m to nano33",
    "network n { input 4; dense 3 softmax }\nd = dataset iris\nt = train n on d epochs=1\n"
      + "x = t.training",
    "network n { input 4; dense 3 softmax }\nd = dataset iris\nx = compare [n, n] on d",
    "func x(a, b = 2) = a * b", "x = func(v) { return v + 1 }", "network x(k) { input 4; dense k }",
  ]

  /// A session that has run a script with an `x` in it.
  private static func session(_ script: String) -> Session {
    let session = Session(host: TestHost())
    session.beginCell("cell")
    let outcome = session.run(SourceFile(name: "script", text: script))
    #expect(outcome.exitCode == 0, "\(outcome.statements.map(\.status))")
    return session
  }

  @Test(arguments: SavedValueTests.scripts)
  func `a value comes back as it was`(script: String) throws {
    let session = SavedValueTests.session(script)
    let value = try #require(session.value(of: "x"))
    var carrier = ValueCarrier(sources: [], addsSources: true)
    let shelf = TensorShelf()
    let text = try ShelfJSON.text(of: try carrier.save(value), on: shelf)
    let file = try SafetensorsFile(ShelfJSON.file(of: shelf))
    let saved = try ShelfJSON.value(
      SavedValue.self,
      in: text,
      with: ShelfJSON.tensors(file)
    )
    let names = Set(session.names)
    let back = try carrier.value(of: saved, in: session, knownNames: names)
    #expect(SessionFacts.text(of: back) == SessionFacts.text(of: value))
  }

  @Test func `functions that close over variables and charts stay behind`() throws {
    for script in [
      "func make(k) = func(v) = v * k\nx = make(3)",
      "func make(k) = func(v) = v * k\nx = [make(3)]",
      "x = plot [1, 2, 3]",
    ] {
      let value = try #require(SavedValueTests.session(script).value(of: "x"))
      var carrier = ValueCarrier(sources: [], addsSources: true)
      #expect(throws: NotCarried.self) { try carrier.save(value) }
    }
  }

  @Test func `tensors that share their memory are written once`() throws {
    let session = SavedValueTests.session(
      "d = dataset iris\nsplit d into [60%, 40%]\nx = [d, d.train, d.test, d@1]"
    )
    var carrier = ValueCarrier(sources: [], addsSources: true)
    let shelf = TensorShelf()
    let saved = try carrier.save(try #require(session.value(of: "x")))
    _ = try ShelfJSON.text(of: saved, on: shelf)
    #expect(shelf.tensors.count == 1)
  }
}

/// Everything about a session that a script can tell, as text, to the last bit.
enum SessionFacts {
  static func text(of session: Session) -> String {
    var lines = session.names.map { name in
      let versions = session.versions(of: name).map(text(of:))
      return "\(name): \(session.value(of: name).map(text(of:)) ?? "-") \(versions)"
    }
    lines.append("draws \(session.state.drawCount) results \(session.state.resultCount)")
    let last = session.state.lastResult.map(text(of:)) ?? "-"
    lines.append("seed \(session.state.seed) last \(last)")
    return lines.joined(separator: "\n")
  }

  /// A value with the bits of its numbers.
  static func text(of value: Value) -> String {
    switch value {
    case .number(let number): return "number \(number.bitPattern)"
    case .quantity(let quantity):
      return "quantity \(quantity.value.bitPattern) \(quantity.dimension) \(quantity.unit)"
    case .list(let values): return "list \(values.map(text(of:)))"
    case .record(let record): return "record \(record.names) \(record.values.map(text(of:)))"
    case .tensor(let tensor): return "tensor \(tensor.shape) \(tensor.values.map(\.bitPattern))"
    case .dataset(let dataset):
      return "dataset \(dataset.name) \(dataset.hashValue) \(dataset.columns)"
    case .network(let network):
      return "network \(network.digest()) \(network.architecture) \(network.lineage) "
        + "\(network.optimizerState.hashValue) \(String(describing: network.training)) "
        + "\(String(describing: network.loss)) \(network.reconstructsInput)"
    case .model(let model):
      return "model \(model.graph.hashValue) \(model.kind) \(model.lineage) "
        + "\(String(describing: model.quantization)) \(model.file.hashValue) "
        + "\(model.origin.map { text(of: .network($0)) } ?? "-")"
    case .layer(let layer): return "layer \(text(of: layer.owner)) \(layer.index) \(layer.name)"
    case .deployment(let deployment):
      return "deployment \(deployment.deployed.hashValue) \(text(of: .model(deployment.model)))"
    case .report(let report):
      return "report \(report.title) \(text(of: .record(report.fields))) \(report.lines)"
    case .table(let table):
      return "table \(table.columns) \(table.rows.map { $0.map(text(of:)) }) \(table.notes)"
    case .function(let function):
      return "function \(function.name) \(function.code.range) \(function.code.source.name)"
    case .none, .bool, .string, .shape, .range, .builtin, .word, .board, .chart:
      return "\(value)"
    }
  }
}
