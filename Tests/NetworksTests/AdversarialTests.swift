import Tensors
import Testing

@testable import Networks

@Suite("Adversarial training")
struct AdversarialTests {
  /// 75 points on a circle, which is three whole batches of 24 and a short one.
  private static let circle = Samples(
    inputs: Tensor(
      Shape([75, 2]),
      (0..<75).flatMap { index -> [Float] in
        let angle = 2 * Double.pi * Double(index) / 75
        return [Float(ExactMath.cos(angle)), Float(ExactMath.sin(angle))]
      }
    ),
    expected: .nothing
  )

  private static func options(epochs: Int, threads: Int = 2) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.batchSize = 24
    options.threads = threads
    return options
  }

  private static func pair(
    outputs: Int = 2,
    last: ActivationFunction = .sigmoid
  ) throws
    -> AdversarialPair
  {
    let generator = try Architecture.chain(
      [3],
      [.dense(Dense(units: 16, activation: .relu)), .dense(Dense(units: outputs))]
    )
    let discriminator = try Architecture.chain(
      [2],
      [
        .dense(Dense(units: 16, activation: .leaky(slope: 0.2))), .dropout(rate: 0.1),
        .dense(Dense(units: 1, activation: last)),
      ]
    )
    return AdversarialPair(
      generator: try .seeded(generator),
      discriminator: try .seeded(discriminator)
    )
  }

  private static func trained(
    _ pair: AdversarialPair,
    epochs: Int,
    threads: Int = 2
  ) throws -> AdversarialPair {
    try AdversarialTrainer(
      pair.generator,
      against: pair.discriminator,
      on: circle,
      options: options(epochs: epochs, threads: threads)
    ).train()
  }

  @Test func `three then two epochs equal five bit for bit`() throws {
    let start = try Self.pair()
    let five = try Self.trained(start, epochs: 5)
    let inTwo = try Self.trained(try Self.trained(start, epochs: 3), epochs: 2)
    #expect(five.generator.digest() == inTwo.generator.digest())
    #expect(five.discriminator.digest() == inTwo.discriminator.digest())
    #expect(five.generator.digest() != start.generator.digest())
    #expect(five.generator.training?.adversarial?.generator.count == 5)
  }

  @Test(arguments: [1, 3, 7])
  func `the bits do not depend on the number of threads`(threads: Int) throws {
    let start = try Self.pair()
    let two = try Self.trained(start, epochs: 2)
    let many = try Self.trained(start, epochs: 2, threads: threads)
    #expect(two.generator.digest() == many.generator.digest())
    #expect(two.discriminator.training?.adversarial == many.discriminator.training?.adversarial)
  }

  /// The value of the game is -ln 4 where both are equal (Goodfellow and others, 2014, theorem 1).
  @Test func `the discriminator's loss tends to ln 4`() throws {
    let end = try Self.trained(try Self.pair(), epochs: 400)
    let losses = try #require(end.generator.training?.adversarial).discriminator.suffix(100)
    let mean = losses.reduce(0, +) / Double(losses.count)
    #expect(abs(mean - ExactMath.log(4)) < 0.1)
  }

  /// At zero weights every answer is 1/2: -ln ½ - ln ½ for the discriminator, -ln ½ for the generator.
  @Test func `the first losses of undecided networks are ln 4 and ln 2`() throws {
    var start = try Self.pair()
    for node in start.discriminator.parameters.indices {
      for index in start.discriminator.parameters[node].indices {
        let shape = start.discriminator.parameters[node][index].tensor.shape
        start.discriminator.parameters[node][index].tensor = Tensor(shape)
      }
    }
    var options = Self.options(epochs: 1)
    options.learningRate = 0
    let end = try AdversarialTrainer(
      start.generator,
      against: start.discriminator,
      on: Self.circle,
      options: options
    ).train()
    let losses = try #require(end.generator.training?.adversarial)
    #expect(abs(losses.discriminator[0] - ExactMath.log(4)) < 1e-6)
    #expect(abs(losses.generator[0] - ExactMath.log(2)) < 1e-6)
    #expect(end.generator.digest() == start.generator.digest())
  }

  @Test func `a stop keeps the last whole epoch`() throws {
    let start = try Self.pair()
    var looks = 0
    let stopped = try AdversarialTrainer(
      start.generator,
      against: start.discriminator,
      on: Self.circle,
      options: Self.options(epochs: 9)
    ).train(
      TrainingObserver(shouldStop: {
        looks += 1
        return looks > 10
      })
    )
    let two = try Self.trained(start, epochs: 2)
    #expect(stopped.generator.training?.wasInterrupted == true)
    #expect(stopped.generator.training?.epochs == 2)
    #expect(stopped.generator.digest() == two.generator.digest())
    #expect(stopped.discriminator.digest() == two.discriminator.digest())
    let on = try Self.trained(stopped, epochs: 1)
    #expect(on.generator.digest() == (try Self.trained(start, epochs: 3)).generator.digest())
  }

  @Test func `what does not fit is refused`() throws {
    let wide = try Self.pair(outputs: 3)
    #expect(throws: AdversarialError.generatorOutput(Shape([3]), sample: Shape([2]))) {
      try Self.trained(wide, epochs: 1)
    }
    let good = try Self.pair()
    #expect(throws: AdversarialError.discriminatorOutput(Shape([2]))) {
      try Self.trained(
        AdversarialPair(
          generator: good.generator,
          discriminator: try .seeded(.chain([2], [.dense(Dense(units: 2))]))
        ),
        epochs: 1
      )
    }
    var wild = Self.options(epochs: 50)
    wild.learningRate = 1e30
    wild.optimizer = .sgd(momentum: 0)
    #expect(throws: AdversarialError.self) {
      try AdversarialTrainer(
        good.generator,
        against: good.discriminator,
        on: Self.circle,
        options: wild
      ).train()
    }
  }
}
