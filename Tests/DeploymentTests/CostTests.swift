import Deployment
import Inference
import Testing

@Suite("Costs")
struct CostTests {
  /// MACs of MLPerf Tiny's networks, as published with the benchmark.
  @Test func `count multiply-accumulates`() throws {
    let board = try Board.named("stm32l4")
    #expect(try CostReport.estimate(ReferenceNet.keywords, on: board)?.macCount == 2_656_768)
    #expect(try CostReport.estimate(ReferenceNet.wakeWords, on: board)?.macCount == 7_489_664)
    #expect(try CostReport.estimate(ReferenceNet.anomalies, on: board)?.macCount == 264_192)
  }

  /// Cycles of CMSIS-NN on a Cortex-M4 without wait states, from exact instruction counts of whole
  /// interpreter runs: keywords 9,163,573, wake words 29,014,892, anomalies 722,354.
  ///
  /// The formulas were fitted layer by layer, so whole nets are a test of them.
  @Test(arguments: [
    (ReferenceNet.keywords, 9_163_573.0), (ReferenceNet.wakeWords, 29_014_892.0),
    (ReferenceNet.anomalies, 722_354.0),
  ])
  func `come close to counted cycles on a Cortex-M4`(graph: Graph, cycles: Double) throws {
    let board = try Board(
      id: "ideal",
      title: "Cortex-M4 without wait states",
      core: .cortexM4F,
      clockHz: 1_000_000,
      ramBytes: 1 << 20,
      flashBytes: 1 << 20,
      millivolts: 3000,
      slowdown: .init(factor: 1, provenance: .datasheet(source: "no wait states"))
    )
    let estimated = try #require(try CostReport.estimate(graph, on: board)).estimatedCycles
    #expect(abs(estimated / cycles - 1) < 0.1, "\(estimated) against \(cycles)")
  }

  /// MLPerf Tiny v1.0, microTVM with CMSIS-NN on NUCLEO-L4R5ZI: 99.8, 301.2 and 8.605 ms.
  @Test(arguments: [
    (ReferenceNet.keywords, 99.8104), (ReferenceNet.wakeWords, 301.2048),
    (ReferenceNet.anomalies, 8.605),
  ])
  func `come close to measured times on an STM32L4`(graph: Graph, milliseconds: Double) throws {
    let report = try #require(try CostReport.estimate(graph, on: Board.named("stm32l4")))
    #expect(abs(report.estimatedMilliseconds / milliseconds - 1) < 0.15)
    let microjoules = try #require(report.estimatedMicrojoules)
    #expect(abs(microjoules - report.estimatedMilliseconds * 42.2) < 1e-6)
  }

  /// Espressif's published person detection (96x96x1 MobileNetV1-0.25; ours has three channels).
  @Test(arguments: [("esp32", 380.0), ("esp32s3", 54.0), ("esp32c3", 426.0)])
  func `come close to measured times on Espressif's chips`(id: String, milliseconds: Double) throws
  {
    let report = try #require(try CostReport.estimate(ReferenceNet.wakeWords, on: Board.named(id)))
    #expect(abs(report.estimatedMilliseconds / milliseconds - 1) < 0.15)
  }

  @Test func `shares add up to the whole`() throws {
    let report = try #require(
      try CostReport.estimate(ReferenceNet.keywords, on: Board.named("nano33"))
    )
    #expect(abs(report.rows.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    #expect(report.rows.map(\.kind).prefix(3) == ["CONV_2D", "DEPTHWISE_CONV_2D", "CONV_2D"])
    #expect(report.rows.reduce(0) { $0 + $1.macCount } == report.macCount)
  }

  @Test func `say nothing where nothing is known`() throws {
    #expect(try CostReport.estimate(ReferenceNet.keywords, on: Board.named("gap9")) == nil)
  }

  @Test func `refuse graphs that cannot be`() throws {
    let board = try Board.named("nano33")
    var graph = ReferenceNet.anomalies
    graph.operations[1].inputs[1] = 400
    #expect(throws: DeploymentError.self) { try CostReport.estimate(graph, on: board) }
    graph = ReferenceNet.anomalies
    graph.tensors[1].shape = [1 << 39, 1 << 39]
    #expect(throws: DeploymentError.self) { try CostReport.estimate(graph, on: board) }
  }
}
