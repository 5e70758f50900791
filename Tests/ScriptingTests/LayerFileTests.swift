import Networks
import Tensors
import TestSupport
import Testing

@testable import Scripting

/// Random layers behind a shape, with every field drawn.
private struct LayerChoice {
  var generator: SeededGenerator

  mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  mutating func count(_ most: Int) -> Int { 1 + below(most) }
  mutating func flag() -> Bool { below(2) == 0 }
  mutating func share() -> Float { Float(generator.nextUnit()) * 0.9 }

  mutating func activation() -> ActivationFunction {
    let names = CatalogueTable.activationNames
    return ActivationFunction(word: names[below(names.count)], slope: share()) ?? .linear
  }

  mutating func window(dilates: Bool = true) -> Window {
    Window(
      height: count(3),
      width: count(3),
      strideHeight: count(2),
      strideWidth: count(2),
      dilation: dilates ? count(2) : 1,
      padding: flag() ? .same : .valid
    )
  }

  mutating func border() -> Border {
    Border(top: below(3), bottom: below(3), left: below(3), right: below(3))
  }

  mutating func layer(behind shape: Shape) -> Layer {
    switch below(24) {
    case 0: .dense(Dense(units: count(5), hasBias: flag(), activation: activation()))
    case 1:
      .convolution(
        Convolution(
          filters: count(4) * 2,
          window: window(),
          groups: count(2),
          hasBias: flag(),
          activation: activation()
        )
      )
    case 2:
      .temporalConvolution(
        TemporalConvolution(
          filters: count(5),
          size: count(3),
          stride: count(2),
          dilation: count(2),
          padding: flag() ? .same : .valid,
          hasBias: flag(),
          activation: activation()
        )
      )
    case 3:
      .depthwiseConvolution(
        DepthwiseConvolution(
          window: window(),
          multiplier: count(2),
          hasBias: flag(),
          activation: activation()
        )
      )
    case 4:
      .transposedConvolution(
        TransposedConvolution(
          filters: count(4),
          window: window(dilates: false),
          hasBias: flag(),
          activation: activation()
        )
      )
    case 5: .pooling(Pooling(kind: flag() ? .maximum : .average, window: window(dilates: false)))
    case 6: .pooling(Pooling(kind: flag() ? .maximum : .average, window: nil))
    case 7: .upsampling(Upsampling(height: count(2), width: count(2)))
    case 8: .activation(activation())
    case 9: .flatten
    case 10: .reshape(Shape([shape.count]))
    case 11: .reshape(Shape([shape.count, 1]))
    case 12: .padding(border())
    case 13: .cropping(border())
    case 14: .dropout(rate: share())
    case 15: .noise(deviation: share())
    case 16: .batchNormalization(BatchNormalization(momentum: share(), epsilon: share()))
    case 17: .layerNormalization(LayerNormalization(epsilon: share()))
    case 18:
      .recurrent(
        Recurrent(
          kind: RecurrentKind.allCases[below(3)],
          units: count(4),
          returnsSequence: flag(),
          isBidirectional: flag()
        )
      )
    case 19: .embedding(Embedding(vocabulary: count(9), units: count(4)))
    case 20: .positionalEncoding
    case 21: .attention(Attention(heads: count(3), size: count(4), isCausal: flag()))
    case 22: .addition
    default: .concatenation
    }
  }
}

@Suite struct LayerFileTests {
  /// Adds layers that fit, one after the other; joins take the last two nodes of equal shape.
  private func architecture(seed: UInt64) throws -> Architecture {
    var choice = LayerChoice(generator: SeededGenerator(seed: seed))
    let inputs = [[6, 6, 4], [12], [8, 3]]
    var architecture = try Architecture(input: Shape(inputs[Int(seed % 3)]))
    for _ in 0..<60 where architecture.nodes.count < 12 {
      let layer = choice.layer(behind: architecture.outputShape)
      var sources = [architecture.nodes.count - 1]
      if layer.joinsInputs {
        let twin = architecture.nodes.lastIndex { $0.outputShape == architecture.outputShape }
        sources.append(
          architecture.nodes.firstIndex { $0.outputShape == architecture.outputShape }
            ?? twin ?? 0
        )
      }
      let hasWeights = !layer.parameterShapes(for: [architecture.outputShape]).isEmpty
      var next = architecture
      let isFrozen = hasWeights && choice.flag()
      if (try? next.append(layer, inputs: sources, isFrozen: isFrozen)) != nil,
        next.outputShape.count <= 4096
      {
        architecture = next
      }
    }
    return architecture
  }

  @Test(arguments: UInt64(0)..<60)
  func `an architecture is read back from its text`(seed: UInt64) throws {
    let architecture = try architecture(seed: seed)
    let text = ArchitectureText.text(of: architecture)
    #expect(try ArchitectureText.architecture(text) == architecture, "\(text)")
  }

  @Test(arguments: UInt64(0)..<12)
  func `a network is read back from its file`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let network = try Network(try architecture(seed: seed), using: &generator)
    let read = try NetworkFile(NetworkFile(network).bytes).network
    #expect(read.architecture == network.architecture)
    #expect(read.digest() == network.digest())
  }
}
