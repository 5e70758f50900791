import Datasets
import Tensors
import TestSupport
import Testing

/// Shapes, class counts and means come from scikit-learn 1.9.1 and NumPy 2.4.6, by `load_iris()` and
/// so on, `data.mean()`, `numpy.bincount(target)`; Fashion-MNIST's from its IDX files by NumPy.
@Suite("Shipped datasets")
struct CatalogueTests {
  struct Known: Sendable, CustomTestStringConvertible {
    let name: String
    let shape: [Int]
    let train: [Int]
    let test: [Int]
    let mean: Double
    var testDescription: String { name }
  }

  static let known = [
    Known(name: "iris", shape: [4], train: [50, 50, 50], test: [], mean: 3.4644999999999997),
    Known(name: "wine", shape: [13], train: [59, 71, 48], test: [], mean: 69.13366292091617),
    Known(name: "cancer", shape: [30], train: [212, 357], test: [], mean: 61.890712339519624),
    Known(
      name: "digits",
      shape: [8, 8, 1],
      train: [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
      test: [],
      mean: 0.30526028624095713
    ),
    Known(
      name: "fashion",
      shape: [28, 28, 1],
      train: [942, 1027, 1016, 1019, 974, 989, 1021, 1022, 990, 1000],
      test: [Int](repeating: 1000, count: 10),
      mean: (0.28630891706682676 + 0.28684928071228494) / 2
    ),
    Known(
      name: "words",
      shape: [6400],
      train: [Int](repeating: 36, count: 8),
      test: [Int](repeating: 8, count: 8),
      mean: 0.00028039758855646305
    ),
    Known(
      name: "movements",
      shape: [400, 6],
      train: [16, 16, 16, 16, 16, 16, 16],
      test: [4, 4, 4, 4, 4, 4, 4],
      mean: 0.037696267857142855
    ),
  ]

  static func load(_ name: String, first: Int? = nil) throws -> Dataset {
    let entry = try #require(Catalogue.entry(named: name))
    let files = try entry.requiredFiles().map { file in
      try #require(
        file.paths.lazy.compactMap { DataFolder.bytes("\(DataFolder.shipped)/\($0)") }.first
      )
    }
    return try entry.decode(files, first: first)
  }

  @Test(arguments: known)
  func `decodes as its publishers describe it`(known: Known) throws {
    let set = try Self.load(known.name)
    #expect(set.shape.extents == known.shape)
    #expect(set.classCounts(of: .train) == known.train)
    #expect(set.count(of: .test) == known.test.reduce(0, +))
    #expect(set.hasOfficialTest == !known.test.isEmpty)
    if set.hasOfficialTest { #expect(set.classCounts(of: .test) == known.test) }
    let entry = try #require(Catalogue.entry(named: known.name))
    #expect(entry.sampleShape == set.shape)
    #expect(entry.classNames == set.classes)
    let sum = set.inputs.withElements { $0.reduce(0.0) { $0 + Double($1) } }
    #expect(abs(sum / Double(set.inputs.count) - known.mean) < 1e-5)
  }

  @Test func `diabetes is learnt as a number`() throws {
    let set = try Self.load("diabetes")
    #expect(set.shape.extents == [10])
    #expect(set.classes.isEmpty)
    #expect(set.columns == ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"])
    guard case .values(let values) = try set.samples(of: .train).expected else {
      Issue.record("expected numbers")
      return
    }
    #expect(values.shape.extents == [442, 1])
    #expect(values[0] == 151)
    let mean = values.values.reduce(0.0) { $0 + Double($1) } / 442
    #expect(abs(mean - 152.13348416289594) < 1e-9)
  }

  @Test func `cancer keeps its publishers' order of classes`() throws {
    let set = try Self.load("cancer")
    #expect(set.classes == ["malignant", "benign"])
    #expect(try set.sample(at: 0).answer == .label(0, name: "malignant"))
    #expect(set.columns.first == "mean_radius")
  }

  @Test func `the first labels of fashion are its publishers'`() throws {
    let set = try Self.load("fashion", first: 10)
    #expect(set.count(of: .train) == 10)
    #expect(set.count(of: .test) == 10_000)
    #expect(
      try set.samples(of: .train).expected
        == .classes([9, 0, 0, 3, 0, 2, 7, 2, 5, 5], count: 10)
    )
    let test = try set.part(.test).first(10).samples(of: .test)
    #expect(test.expected == .classes([9, 2, 1, 1, 6, 1, 4, 6, 5, 7], count: 10))
  }

  @Test func `asking for more than there is says how many there are`() throws {
    #expect(
      throws: DatasetError.tooFewSamples(
        wanted: 20_000,
        available: 10_000,
        purpose: "first=20000"
      )
    ) { try Self.load("fashion", first: 20_000) }
  }

  @Test func `lists the names of the language in its order`() {
    #expect(
      Catalogue.names == [
        "iris", "wine", "cancer", "diabetes", "digits", "fashion", "mnist",
        "words", "movements", "names", "line", "sine", "xor",
        "ring", "blobs", "spirals",
      ]
    )
    #expect(Catalogue.entry(named: "fashion")?.hasFullEdition == true)
    #expect(Catalogue.entry(named: "mnist")?.requiredFiles().count == 4)
    #expect(Catalogue.entry(named: "xor")?.requiredFiles().isEmpty == true)
  }

  /// The mean of the pixels of 60,000 images by NumPy.
  @Test(.enabled(if: DataFolder.hasShared("mnist/train-images-idx3-ubyte.gz")))
  func `decodes MNIST's own files`() throws {
    let entry = try #require(Catalogue.entry(named: "mnist"))
    let files = try entry.requiredFiles().map { file in
      try #require(file.paths.lazy.compactMap(DataFolder.sharedBytes).first)
    }
    let set = try entry.decode(files, first: 1000)
    #expect(set.count(of: .train) == 1000)
    #expect(set.count(of: .test) == 10_000)
    // The first labels are well known: 5 0 4 1 9.
    let labels = try #require(set.answers.labels)
    #expect(labels.prefix(5) == [5, 0, 4, 1, 9])
  }

  @Test(arguments: ["iris", "digits"])
  func `damaged files are refused`(name: String) throws {
    let entry = try #require(Catalogue.entry(named: name))
    let path = try #require(entry.requiredFiles().first?.paths.first)
    let whole = try #require(DataFolder.bytes("\(DataFolder.shipped)/\(path)"))
    #expect(throws: DatasetError.self) { try entry.decode([[]]) }
    #expect(throws: DatasetError.self) { try entry.decode([]) }
    #expect(throws: DatasetError.self) { try entry.decode([Array(whole.dropLast(9))]) }
    #expect(throws: DatasetError.self) { try entry.decode([Array("a,b\n1,2\n".utf8)]) }
  }
}
