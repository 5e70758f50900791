import Datasets
import Tensors
import TestSupport
import Testing

/// `count` samples whose input is their own number, in `classes` classes of unequal size.
private func numbered(_ count: Int, classes: Int, testStart: Int? = nil) throws -> Dataset {
  let labels = (0..<count).map { Int32(min($0 % (classes + 2), classes - 1)) }
  return try Dataset(
    name: "numbered",
    inputs: Tensor(Shape([count, 1]), (0..<count).map { Float($0) }),
    answers: .classes(labels, names: (0..<classes).map { "c\($0)" }),
    testStart: testStart
  )
}

private func numbers(_ set: Dataset, _ part: Part) throws -> [Float] {
  set.count(of: part) == 0 ? [] : try set.samples(of: part).inputs.values
}

@Suite("Parts of a dataset")
struct DatasetTests {
  @Test func `everything is for training until it is split`() throws {
    let set = try numbered(10, classes: 2)
    #expect(set.count(of: .train) == 10)
    #expect(set.filledParts == [.train])
    #expect(throws: DatasetError.emptyPart(part: .test, dataset: "numbered")) {
      try set.part(.test)
    }
    let error = DatasetError.emptyPart(part: .test, dataset: "numbered")
    #expect(error.description == "'numbered' has no test samples")
    #expect(error.remedy?.contains("split") == true)
  }

  @Test func `a part is a dataset of that part alone`() throws {
    let set = try numbered(10, classes: 2, testStart: 7)
    let test = try set.part(.test)
    #expect(test.count == 3)
    #expect(test.name == "numbered.test")
    #expect(try test.part(.test).name == "numbered.test")
    #expect(try test.samples().inputs.values == [7, 8, 9])
    #expect(try test.sample(at: 0).input.values == [7])
    #expect(throws: DatasetError.self) { try test.part(.train) }
  }

  @Test func `first cuts the training part and leaves the test part`() throws {
    let set = try numbered(10, classes: 2, testStart: 7).first(2)
    #expect(try numbers(set, .train) == [0, 1])
    #expect(try numbers(set, .test) == [7, 8, 9])
    #expect(set.hasOfficialTest)
    for count in [0, -1, 3] { #expect(throws: DatasetError.self) { try set.first(count) } }
  }

  @Test func `positions count over all samples, and from the end`() throws {
    let set = try numbered(10, classes: 2)
    #expect(try set.sample(at: 3).input.values == [3])
    #expect(try set.sample(at: -1).input.values == [9])
    for position in [10, -11, Int.max, Int.min] {
      #expect(throws: DatasetError.noSample(index: position, count: 10)) {
        try set.sample(at: position)
      }
    }
  }

  @Test func `keeps chosen classes`() throws {
    let set = try numbered(10, classes: 2).only(classes: ["c0"])
    #expect(try numbers(set, .train) == [0, 4, 8])
    #expect(throws: DatasetError.unknownClass(name: "x", known: ["c0", "c1"])) {
      try numbered(4, classes: 2).only(classes: ["x"])
    }
  }

  @Test func `refuses what does not fit together`() {
    let inputs = Tensor(Shape([2, 1]), [1, 2])
    #expect(throws: DatasetError.labelOutOfRange(label: 2, classes: 2, sample: 1)) {
      try Dataset(name: "t", inputs: inputs, answers: .classes([0, 2], names: ["a", "b"]))
    }
    #expect(throws: DatasetError.countsDiffer(inputs: 2, answers: 1)) {
      try Dataset(name: "t", inputs: inputs, answers: .classes([0], names: ["a"]))
    }
    #expect(throws: DatasetError.empty(what: "dataset 't'")) {
      try Dataset(name: "t", inputs: Tensor(Shape([0, 3])), answers: .nothing)
    }
  }
}

@Suite("Splitting")
struct SplittingTests {
  @Test(arguments: UInt64(0)..<100)
  func `parts are disjoint, complete and of the promised size`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = 20 + random.nextIndex(below: 200)
    let set = try numbered(count, classes: 1 + random.nextIndex(below: 5))
    let split = try set.split(into: [0.7, 0.1, 0.2], using: &random)
    let parts = try Part.allCases.map { try numbers(split, $0) }
    #expect(parts.flatMap { $0 }.sorted() == (0..<count).map { Float($0) })
    for (part, fraction) in zip(parts, [0.7, 0.1, 0.2]) {
      #expect(abs(Double(part.count) - fraction * Double(count)) < 1)
    }
    let all = set.classCounts(of: .train)
    for (part, fraction) in zip(Part.allCases, [0.7, 0.1, 0.2]) {
      for (inPart, inAll) in zip(split.classCounts(of: part), all) {
        #expect(abs(Double(inPart) - fraction * Double(inAll)) <= 2)
      }
    }
    let again = try split.split(into: [0.5, 0.5], using: &random)
    #expect(again.count == count)
    #expect(again.count(of: .validation) == 0)
  }

  @Test func `exact counts by largest remainder`() throws {
    var random = SeededGenerator(seed: 1)
    let split = try numbered(1797, classes: 10).split(into: [0.8, 0.1, 0.1], using: &random)
    // 1437.6, 179.7 and 179.7: the two left over go to the largest remainders.
    #expect(Part.allCases.map { split.count(of: $0) } == [1437, 180, 180])
  }

  @Test func `the same generator gives the same split`() throws {
    var (one, two, other) = (
      SeededGenerator(seed: 7), SeededGenerator(seed: 7), SeededGenerator(seed: 8)
    )
    let set = try numbered(50, classes: 3)
    let split = try set.split(into: [0.8, 0.2], using: &one)
    #expect(try split == set.split(into: [0.8, 0.2], using: &two))
    #expect(try split != set.split(into: [0.8, 0.2], using: &other))
  }

  @Test func `numbers are split without classes`() throws {
    var random = SeededGenerator(seed: 3)
    let set = try GeneratedSet.sine.generate(samples: 50, using: &random)
    let split = try set.split(into: [0.8, 0.2], using: &random)
    #expect(split.count(of: .train) == 40)
    #expect(split.count(of: .test) == 10)
  }

  @Test func `an official test part stays`() throws {
    var random = SeededGenerator(seed: 3)
    let set = try numbered(110, classes: 2, testStart: 90)
    let two = try set.split(into: [0.8, 0.2], using: &random)
    #expect(Part.allCases.map { two.count(of: $0) } == [72, 18, 20])
    #expect(try numbers(two, .test) == (90..<110).map { Float($0) })
    let three = try two.split(into: [0.8, 0.1, 0.1], using: &random)
    #expect(Part.allCases.map { three.count(of: $0) } == [80, 10, 20])
    #expect(try numbers(three, .test) == (90..<110).map { Float($0) })
  }

  @Test(arguments: [
    [], [1.0], [0.5, 0.4], [0.8, 0.3], [-0.1, 1.1], [.nan, 1], [0, 1], [0.25, 0.25, 0.25, 0.25],
    [.infinity, 0],
  ])
  func `refuses fractions that do not share out`(fractions: [Double]) throws {
    var random = SeededGenerator(seed: 1)
    let set = try numbered(10, classes: 2)
    #expect(throws: DatasetError.self) { try set.split(into: fractions, using: &random) }
  }

  @Test func `refuses a part of no samples`() throws {
    var random = SeededGenerator(seed: 1)
    let set = try numbered(2, classes: 2)
    #expect(throws: DatasetError.tooFewSamples(wanted: 3, available: 2, purpose: "this split")) {
      try set.split(into: [0.6, 0.2, 0.2], using: &random)
    }
  }
}

@Suite("Normalizing and augmenting")
struct VariationTests {
  /// Means and deviations of iris's first column by scikit-learn's StandardScaler on all 150 rows.
  @Test func `gives iris the z-scores of scikit-learn`() throws {
    let iris = try CatalogueTests.load("iris")
    let scores = try iris.normalized()
    let normalization = try #require(scores.normalization)
    #expect(abs(normalization.means[0] - 5.843333333333334) < 1e-5)
    #expect(abs(normalization.deviations[0] - 0.8253012917851409) < 1e-6)
    // (5.1 - 5.8433) / 0.8253
    #expect(abs(scores.inputs[0] - -0.9006811702978) < 1e-5)
    let twice = try scores.normalized()
    let composed = try #require(twice.normalization)
    #expect(abs(composed.means[0] - 5.843333333333334) < 1e-5)
    #expect(abs(composed.deviations[0] - 0.8253012917851409) < 1e-5)
  }

  @Test func `learns from the training part alone, and leaves constant columns at 0`() throws {
    let set = try Dataset(
      name: "t",
      inputs: Tensor(Shape([4, 2]), [1, 5, 3, 5, 100, 5, -100, 6]),
      answers: .nothing,
      testStart: 2
    )
    let scores = try set.normalized()
    #expect(scores.inputs.values == [-1, 0, 1, 0, 98, 0, -102, 1])
  }

  @Test func `scaling multiplies, and z-scores keep describing the original numbers`() throws {
    let set = try Dataset(
      name: "t",
      inputs: Tensor(Shape([2, 1]), [2, 6]),
      answers: .nothing
    )
    #expect(try set.scaled(by: 0.5).inputs.values == [1, 3])
    let scores = try set.normalized().scaled(by: 10)
    #expect(scores.inputs.values == [-10, 10])
    // (2 - 4) / 0.2 = -10
    #expect(scores.normalization == Normalization(means: [4], deviations: [0.2]))
    for factor in [Float.nan, .infinity, 0] {
      #expect(throws: DatasetError.self) { try set.scaled(by: factor) }
    }
  }

  @Test func `images have one mean for each channel`() throws {
    let set = try Dataset(
      name: "t",
      inputs: Tensor(Shape([1, 2, 1, 2]), [1, 10, 3, 30]),
      answers: .nothing
    )
    #expect(try set.normalized().inputs.values == [-1, -1, 1, 1])
  }

  @Test(arguments: UInt64(0)..<50)
  func `augmenting adds moved and mirrored copies for training`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let image: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let set = try Dataset(
      name: "t",
      inputs: Tensor(Shape([2, 3, 3, 1]), image + image),
      answers: .classes([1, 0], names: ["a", "b"]),
      testStart: 1
    )
    let varied = try set.augmented(Augmentation(shift: 1, flip: true, copies: 3), using: &random)
    #expect(varied.count(of: .train) == 4)
    #expect(varied.count(of: .test) == 1)
    let train = try varied.samples(of: .train)
    #expect(train.expected == .classes([1, 1, 1, 1], count: 2))
    #expect(Array(train.inputs.values.prefix(9)) == image)
    var possible: Set<[Float]> = []
    for rows in [image, [3, 2, 1, 6, 5, 4, 9, 8, 7]] {
      for down in -1...1 {
        for right in -1...1 {
          possible.insert(
            (0..<9).map { place in
              let (row, column) = (place / 3 - down, place % 3 - right)
              let isInside = (0..<3).contains(row) && (0..<3).contains(column)
              return isInside ? rows[row * 3 + column] : 0
            }
          )
        }
      }
    }
    for copy in 1...3 {
      #expect(possible.contains(Array(train.inputs.values[copy * 9..<copy * 9 + 9])))
    }
  }

  @Test func `noise has the asked deviation`() throws {
    var random = SeededGenerator(seed: 5)
    let set = try Dataset(name: "t", inputs: Tensor(Shape([20_000, 1])), answers: .nothing)
    let noisy = try set.augmented(Augmentation(noise: 0.5), using: &random)
    let values = noisy.inputs.values.suffix(20_000).map { Double($0) }
    let mean = values.reduce(0, +) / 20_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean) < 0.02)
    #expect(abs(variance.squareRoot() - 0.5) < 0.01)
  }

  @Test func `refuses what cannot be varied`() throws {
    var random = SeededGenerator(seed: 5)
    let set = try numbered(4, classes: 2)
    for augmentation in [
      Augmentation(shift: 1), Augmentation(flip: true), Augmentation(noise: -1),
      Augmentation(noise: .nan), Augmentation(copies: 0), Augmentation(shift: .min),
      Augmentation(copies: .max),
    ] {
      #expect(throws: DatasetError.self) { try set.augmented(augmentation, using: &random) }
    }
  }
}

@Suite("Generated sets")
struct GeneratedSetTests {
  @Test(arguments: GeneratedSet.allCases)
  func `are as their catalogue entry says, and the same for the same seed`(set: GeneratedSet) throws
  {
    var (one, two) = (SeededGenerator(seed: 9), SeededGenerator(seed: 9))
    let made = try set.generate(using: &one)
    let entry = try #require(Catalogue.entry(named: set.rawValue))
    #expect(made.shape == entry.sampleShape)
    #expect(made.classes == entry.classNames)
    #expect(made.count == set.defaultSamples)
    #expect(try made == set.generate(using: &two))
  }

  @Test func `a line is 2x - 1, a sine is a sine`() throws {
    var random = SeededGenerator(seed: 1)
    let line = try GeneratedSet.line.generate(samples: 20, using: &random).samples()
    guard case .values(let y) = line.expected else { return }
    for (x, y) in zip(line.inputs.values, y.values) { #expect(abs(y - (2 * x - 1)) < 1e-6) }
    let sine = try GeneratedSet.sine.generate(samples: 1000, using: &random).samples()
    guard case .values(let heights) = sine.expected else { return }
    // sin² x + sin² (π/2 - x) = 1, and the largest of 1000 values is near 1.
    #expect((heights.values.max() ?? 0) > 0.999)
    #expect((heights.values.min() ?? 0) < -0.999)
    for (x, y) in zip(sine.inputs.values, heights.values) where x < 0.3 {
      #expect(abs(y - (x - x * x * x / 6)) < 1e-4)
    }
  }

  @Test func `xor is its truth table`() throws {
    var random = SeededGenerator(seed: 1)
    let set = try GeneratedSet.xor.generate(using: &random)
    #expect(set.inputs.values == [0, 0, 0, 1, 1, 0, 1, 1])
    #expect(try set.samples(as: .values).expected == .values(Tensor(Shape([4, 1]), [0, 1, 1, 0])))
  }

  @Test func `rings have their radii, spirals grow`() throws {
    var random = SeededGenerator(seed: 1)
    let ring = try GeneratedSet.ring.generate(samples: 100, noise: 0, scale: 2, using: &random)
    for index in 0..<100 {
      let (x, y) = (ring.inputs[2 * index], ring.inputs[2 * index + 1])
      let radius = (x * x + y * y).squareRoot()
      #expect(abs(radius - (index % 2 == 0 ? 1.2 : 2)) < 1e-5)
    }
    let spirals = try GeneratedSet.spirals.generate(samples: 100, noise: 0, using: &random)
    for value in spirals.inputs.values { #expect(abs(value) <= 1) }
  }

  @Test(arguments: [
    (0, 0.1, 1.0), (-5, 0.1, 1), (10, -0.1, 1), (10, .nan, 1), (10, 0.1, 0), (10, 0.1, .infinity),
    (.max, 0.1, 1),
  ])
  func `refuses impossible options`(samples: Int, noise: Double, scale: Double) {
    var random = SeededGenerator(seed: 1)
    #expect(throws: DatasetError.self) {
      try GeneratedSet.blobs.generate(samples: samples, noise: noise, scale: scale, using: &random)
    }
  }
}
