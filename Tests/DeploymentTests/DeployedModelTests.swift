import Deployment
import Inference
import Testing

@Suite("Placing models on boards")
struct DeployedModelTests {
  private func small(type: ElementType = .int8) -> Graph {
    var builder = GraphBuilder(input: [1, 64], type: type)
    for units in [32, 16, 10] { builder.dense(units) }
    builder.softmax()
    return builder.graph
  }

  @Test(arguments: ["uno", "pico", "nano33", "stm32l4", "stm32f7", "esp32"])
  func `a digits classifier fits everywhere`(id: String) throws {
    let placed = try DeployedModel.place(small(), on: Board.named(id))
    #expect(placed.fits, "\(placed.reasons)")
    #expect(placed.reasons.isEmpty)
    #expect(placed.ram.arenaBytes == 96)
    #expect(placed.ram.totalBytes > 96)
    // 64*32 + 32*16 + 16*10 weights and 58 biases of 4 bytes.
    #expect(placed.flash.weightBytes == 2720 + 58 * 4)
    #expect((placed.estimatedMilliseconds ?? 0) > 0)
    #expect((placed.estimatedMicrojoules ?? 0) > 0)
  }

  @Test func `what does not fit says why, with numbers`() throws {
    let placed = try DeployedModel.place(ReferenceNet.wakeWords, on: Board.named("uno"))
    #expect(!placed.fits)
    #expect(placed.reasons.count == 2)
    #expect(placed.reasons[0] == "uno has 2KiB of RAM, and this model's arena needs 54KiB")
    #expect(placed.reasons[1].hasPrefix("uno has 32KiB of flash, and this model needs "))
    #expect(
      placed.refusals[0].remedy
        == "largest buffers: conv2 36KiB, input 27KiB; 'show plan' draws them"
    )
  }

  @Test func `an arena that fits may leave no room for the stack`() throws {
    var builder = GraphBuilder(input: [1, 1900])
    builder.dense(4)
    let placed = try DeployedModel.place(builder.graph, on: Board.named("uno"))
    #expect(placed.ram.arenaBytes <= 2048)
    #expect(
      placed.reasons.first
        == "uno has 2KiB of RAM, and this model needs 2.2KiB: arena 1.9KiB, stack 256B, runtime 64B"
    )
  }

  @Test func `dynamic-range models are refused with the reason`() throws {
    var graph = small(type: .float32)
    graph.tensors[1].type = .int8
    graph.tensors[1].constant = Array(repeating: 1, count: 2048)
    let placed = try DeployedModel.place(graph, on: Board.named("nano33"))
    #expect(placed.refusals == [.hybrid(operation: "dense0")])
    #expect(
      placed.reasons[0]
        == "'dense0' multiplies floats with int8 weights, and microcontroller runtimes have no "
        + "kernels for such a dynamic-range model"
    )
  }

  @Test func `half-precision weights are refused with the reason`() throws {
    var graph = small(type: .float32)
    graph.tensors[1].type = .float16
    let placed = try DeployedModel.place(graph, on: Board.named("nano33"))
    #expect(placed.refusals == [.halfPrecision(tensor: "dense0 weights")])
  }

  @Test func `floats are slow without a unit for them, but run`() throws {
    let integers = try DeployedModel.place(small(), on: Board.named("pico"))
    let floats = try DeployedModel.place(small(type: .float32), on: Board.named("pico"))
    #expect(floats.fits)
    #expect((floats.estimatedMilliseconds ?? 0) > 10 * (integers.estimatedMilliseconds ?? 0))
    #expect(floats.flash.weightBytes > 3 * integers.flash.weightBytes)
  }
}
