import Tensors
import Testing

@testable import Datasets

@Suite("Windows and sequences")
struct WindowTests {
  /// A series of the numbers 0, 1, 2 …, which are input and answer alike.
  private static func series(_ count: Int) throws -> Dataset {
    let numbers = (0..<count).map { Float($0) + 0.5 }
    return try Dataset(
      name: "series",
      inputs: Tensor(Shape([count, 1]), numbers),
      answers: .values(Tensor(Shape([count, 1]), numbers))
    )
  }

  @Test func `a window is followed by the next values`() throws {
    let set = try Self.series(7).windowed(SlidingWindows(size: 3, step: 2, horizon: 2))
    #expect(set.shape.extents == [3, 1])
    #expect(set.inputs.values == [0.5, 1.5, 2.5, 2.5, 3.5, 4.5])
    #expect(
      try set.samples().expected == .values(Tensor(Shape([2, 2]), [3.5, 4.5, 5.5, 6.5]))
    )
  }

  @Test func `every step can have an answer`() throws {
    let set = try Self.series(5)
      .windowed(SlidingWindows(size: 3, horizon: 2, answersEveryStep: true))
    #expect(set.count == 1)
    #expect(try set.samples().expected == .values(Tensor(Shape([1, 3]), [2.5, 3.5, 4.5])))
  }

  /// No step of the series stands in windows or answers of two parts.
  @Test(arguments: [1, 2, 3, 10, 17], [1, 4])
  func `parts share no step when the series was split before`(size: Int, step: Int) throws {
    var random = SeededGenerator(seed: UInt64(size))
    let set = try Self.series(200).split(into: [0.6, 0.2, 0.2], shuffles: false, using: &random)
      .windowed(SlidingWindows(size: size, step: step, horizon: 3))
    var steps: [Set<Float>] = []
    for part in Part.allCases {
      let samples = try set.samples(of: part)
      guard case .values(let answers) = samples.expected else {
        Issue.record("the answers are numbers")
        return
      }
      steps.append(Set(samples.inputs.values).union(answers.values))
    }
    #expect(steps[0].isDisjoint(with: steps[1]))
    #expect(steps[1].isDisjoint(with: steps[2]))
    #expect(steps[0].isDisjoint(with: steps[2]))
    #expect(steps[0].max() ?? 0 < steps[1].min() ?? 0)
  }

  @Test func `a shuffled split leaves no windows, and says so`() throws {
    var random = SeededGenerator(seed: 1)
    let set = try Self.series(50).split(into: [0.5, 0.5], using: &random)
    #expect(throws: DatasetError.self) { try set.windowed(SlidingWindows(size: 20)) }
  }

  @Test func `recordings are cut within their part`() throws {
    let set = try Dataset(
      name: "imu",
      inputs: Tensor(Shape([4, 6, 2]), (0..<48).map { Float($0) }),
      answers: .classes([0, 1, 0, 1], names: ["a", "b"]),
      testStart: 3
    )
    let cut = try set.windowed(SlidingWindows(size: 3, step: 3))
    #expect(cut.shape.extents == [3, 2])
    #expect(cut.count(of: .train) == 6)
    #expect(cut.count(of: .test) == 2)
    #expect(cut.hasOfficialTest)
    #expect(try cut.samples(of: .train).expected == .classes([0, 0, 1, 1, 0, 0], count: 2))
    #expect(try cut.sample(at: 1).input.values == [6, 7, 8, 9, 10, 11])
    #expect(try cut.sample(at: -1).input.values == [42, 43, 44, 45, 46, 47])
    #expect(throws: DatasetError.self) { try set.windowed(SlidingWindows(size: 7)) }
  }

  @Test func `text becomes numbers of characters and the next one`() throws {
    let set = try CharacterSequences.dataset(name: "t", text: "abacaba", length: 3, step: 2)
    #expect(set.facts.vocabulary == ["a", "b", "c"])
    #expect(set.inputs.values == [0, 1, 0, 0, 2, 0])
    #expect(try set.samples().expected == .classes([2, 1], count: 3))
    let every = try CharacterSequences.dataset(
      name: "t",
      text: "abacaba",
      length: 3,
      answersEveryStep: true
    )
    #expect(every.count == 4)
    #expect(try every.first(1).samples().expected == .classes([1, 0, 2], count: 3))
    #expect(every.classCounts(of: .train) == [6, 4, 2])
    var random = SeededGenerator(seed: 1)
    let parts = try every.split(into: [0.5, 0.5], using: &random)
    #expect(parts.count(of: .train) == 2)
    #expect(throws: DatasetError.tooFewCharacters(wanted: 9, available: 7)) {
      try CharacterSequences.dataset(name: "t", text: "abacaba", length: 8)
    }
  }

  @Test func `characters of several code points stay whole`() throws {
    let set = try CharacterSequences.dataset(name: "t", text: "ãé👩‍🚀ã", length: 1)
    #expect(set.facts.vocabulary.count == 3)
    #expect(set.count == 3)
  }
}
