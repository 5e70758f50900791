import CAllocations
import CKernels
import ReferenceNetworks
import Tensors
import TestSupport
import Testing

@testable import Networks

/// The nine networks that training is measured with: same bits, planned memory, no allocation.
@Suite("The reference networks", .serialized)
struct ReferenceNetworkTests {
  /// The digest of the weights after `steps` steps.
  private func digest(
    _ reference: ReferenceNetwork,
    steps: Int,
    batch: Int,
    threads: Int,
    set: ck_instruction_set_kind? = nil
  ) throws -> String {
    try InstructionSets.using(set) { isUsed in
      #expect(isUsed)
      return try reference.digest(afterSteps: steps, batch: batch, threads: threads)
    }
  }

  @Test(arguments: ReferenceNetwork.allCases)
  func `have the same weights after 50 steps with 1, 2, 3 and 7 threads`(
    reference: ReferenceNetwork
  ) throws {
    let digests = try [1, 2, 3, 7].map {
      try digest(reference, steps: 50, batch: 32, threads: $0)
    }
    #expect(Set(digests).count == 1, "\(digests)")
  }

  @Test(
    .enabled(if: ck_has_instruction_set(ck_avx512) != 0, "needs a processor with AVX-512"),
    arguments: ReferenceNetwork.allCases
  )
  func `have the same weights after 50 steps with AVX2 and AVX-512`(
    reference: ReferenceNetwork
  ) throws {
    let digests = try [ck_avx2, ck_avx512].map {
      try digest(reference, steps: 50, batch: 32, threads: 2, set: $0)
    }
    #expect(digests[0] == digests[1])
  }

  // Without fused multiply-add in hardware the kernels are some fifty times slower.
  @Test(
    .enabled(if: ck_has_instruction_set(ck_avx2) != 0, "needs a processor with AVX2"),
    arguments: ReferenceNetwork.allCases
  )
  func `have the same weights after 3 steps without fused multiply-add`(
    reference: ReferenceNetwork
  ) throws {
    let digests = try [ck_baseline, nil].map {
      try digest(reference, steps: 3, batch: 6, threads: 2, set: $0)
    }
    #expect(digests[0] == digests[1])
  }

  // Parameters of the MLPerf Tiny models (Banbury et al., 2021) and of Keras's layers.
  @Test(arguments: [
    (ReferenceNetwork.dscnn, 23_756), (.resnet8, 78_186), (.mobilenet, 216_322),
    (.autoencoder, 267_928), (.lstm, 24_458), (.gru, 4_620), (.attention, 5_036), (.lenet, 5_258),
    (.mlp, 2_778),
  ])
  func `have the parameters of their peers`(reference: ReferenceNetwork, count: Int) throws {
    #expect(try reference.architecture().parameterCount() == count)
  }

  @Test(
    .enabled(if: ck_counts_allocations() != 0, "not under a sanitizer"),
    arguments: ReferenceNetwork.allCases,
    [1, 2]
  )
  func `allocate nothing in a step after the first`(
    reference: ReferenceNetwork,
    threads: Int
  ) throws {
    var options = TrainingOptions()
    options.batchSize = 6
    options.threads = threads
    options.largestGradient = 1
    options.weightDecay = 0.01
    var generator = SeededGenerator(seed: 1)
    let trainer = try Trainer(
      Network(reference.architecture(), using: &generator),
      on: reference.samples(30),
      options: options
    )
    try trainer.runStep()
    let before = ck_allocation_count()
    for _ in 0..<3 { try trainer.runStep() }
    #expect(ck_allocation_count() == before)
    // The count does count: the result has arrays of its own.
    _ = trainer.result()
    #expect(ck_allocation_count() > before)
  }

  @Test(
    .enabled(if: ck_counts_allocations() != 0, "not under a sanitizer"),
    arguments: ReferenceNetwork.allCases
  )
  func `take the memory that was planned`(reference: ReferenceNetwork) throws {
    var generator = SeededGenerator(seed: 1)
    let network = try Network(reference.architecture(), using: &generator)
    let samples = reference.samples(40)
    let before = ck_allocated_bytes()
    let trainer = try Trainer(network, on: samples, options: TrainingOptions())
    try trainer.runEpoch()
    let growth = ck_allocated_bytes() - before
    // Besides the arrays there are the plan's operations, the parameters' list and the report.
    #expect(growth >= trainer.plannedBytes)
    #expect(growth <= trainer.plannedBytes + 128 << 10)
  }
}

@Suite("Schedules go on")
struct ContinuedScheduleTests {
  private static let data = Samples.classes(53, [4])

  private static func options(_ schedule: Schedule, epochs: Int) -> TrainingOptions {
    var options = TrainingOptions()
    options.schedule = schedule
    options.epochs = epochs
    options.batchSize = 20
    // Far too large, so that a plateau comes soon.
    options.learningRate = 8
    return options
  }

  @Test(arguments: [
    Schedule.constant, .step(factor: 0.5, epochs: 2), .exponential(factor: 0.7),
    .warmUp(epochs: 4), .plateau(factor: 0.5, patience: 0), .plateau(factor: 0.5, patience: 1),
  ])
  func `seven then five epochs equal twelve`(schedule: Schedule) throws {
    let network = try Network.seeded(.small())
    let whole = try network.trained(on: Self.data, options: Self.options(schedule, epochs: 12))
    let parts = try network.trained(on: Self.data, options: Self.options(schedule, epochs: 7))
      .trained(on: Self.data, options: Self.options(schedule, epochs: 5))
    #expect(parts.digest() == whole.digest())
    #expect(parts.optimizerState == whole.optimizerState)
    let constant = try network.trained(on: Self.data, options: Self.options(.constant, epochs: 12))
    #expect((whole.digest() == constant.digest()) == (schedule == .constant))
  }

  @Test(arguments: [Schedule.cosine(floor: 0), .oneCycle])
  func `schedules that span a training begin anew`(schedule: Schedule) throws {
    let network = try Network.seeded(.small())
    let options = Self.options(schedule, epochs: 3)
    let first = try network.trained(on: Self.data, options: options)
    var fresh = first
    fresh.optimizerState?.schedule = nil
    let second = try first.trained(on: Self.data, options: options)
    #expect(try fresh.trained(on: Self.data, options: options).digest() == second.digest())
  }

  @Test func `another schedule begins anew`() throws {
    let network = try Network.seeded(.small())
    let first = try network.trained(
      on: Self.data,
      options: Self.options(.exponential(factor: 0.5), epochs: 3)
    )
    let other = Self.options(.step(factor: 0.5, epochs: 1), epochs: 2)
    #expect(try first.trained(on: Self.data, options: other).optimizerState?.schedule?.epochs == 2)
  }
}
