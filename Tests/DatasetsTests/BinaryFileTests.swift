import Datasets
import Tensors
import TestSupport
import Testing

/// Packed by Python 3.11: `gzip.compress(b"conv 8 3x3 relu\n" * 4, 9, mtime=0)`.
private let packed = bytes(
  hex: "1f8b08000000000002034bcecf2b53b05030ae3056284acd29e54a26910f008703800d40000000"
)
private let unpacked = [UInt8](String(repeating: "conv 8 3x3 relu\n", count: 4).utf8)

@Suite("Gzip")
struct GzipTests {
  @Test func `unpacks what Python packed`() throws {
    #expect(try Gzip.unpacked(packed) == unpacked)
    #expect(try Gzip.unpacked(packed + packed) == unpacked + unpacked)
    #expect(try Gzip.unpacked(packed + [0, 0, 0]) == unpacked)
  }

  @Test(arguments: 0..<packed.count)
  func `refuses a file cut at any byte`(length: Int) {
    #expect(throws: DatasetError.self) { try Gzip.unpacked(Array(packed.prefix(length))) }
  }

  @Test(arguments: 0..<packed.count)
  func `a flipped bit is found or harmless`(position: Int) {
    for bit in 0..<8 {
      var damaged = packed
      damaged[position] ^= 1 << UInt8(bit)
      // Time, operating system and hints of the header do not change what is packed.
      if let result = try? Gzip.unpacked(damaged) { #expect(result == unpacked) }
    }
  }

  @Test func `stops at the limit`() {
    #expect(throws: DatasetError.tooLarge(what: "the unpacked data", limitBytes: 63)) {
      try Gzip.unpacked(packed, limitBytes: 63)
    }
    #expect(throws: Never.self) { try Gzip.unpacked(packed, limitBytes: 64) }
  }

  @Test func `refuses foreign bytes after the last member`() {
    #expect(throws: DatasetError.self) { try Gzip.unpacked(packed + [1, 2]) }
    #expect(throws: DatasetError.self) { try Gzip.unpacked([1, 2, 3]) }
  }
}

/// Files written out by the format's definition on MNIST's page.
@Suite("IDX files")
struct IDXFileTests {
  static let types: [(type: UInt8, body: [UInt8], values: [Float])] = [
    (0x08, [0, 127, 255, 1], [0, 127, 255, 1]),
    (0x09, [0, 127, 255, 128], [0, 127, -1, -128]),
    (0x0B, [0, 1, 0xFF, 0xFF, 0x80, 0, 1, 0], [1, -1, -32768, 256]),
    (0x0C, [0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFE, 0, 1, 0, 0, 0, 0, 0, 0], [1, -2, 65536, 0]),
    (
      0x0D, [0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x49, 0x0F, 0xDA], [1, -2, 0, .pi]
    ),
  ]

  @Test(arguments: 0..<types.count)
  func `reads every type of number`(index: Int) throws {
    let (type, body, values) = Self.types[index]
    let array = try IDXFile.read([0, 0, type, 2, 0, 0, 0, 2, 0, 0, 0, 2] + body)
    #expect(array.shape.extents == [2, 2])
    #expect(array.tensor.values == values)
    #expect(array.isWhole == (type < 0x0D))
  }

  @Test func `reads doubles`() throws {
    let array = try IDXFile.read([0, 0, 0x0E, 1, 0, 0, 0, 1, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0])
    #expect(array.tensor.values == [1.5])
  }

  static let small: [UInt8] =
    [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(UInt8(1)...12)

  @Test(arguments: 0..<small.count)
  func `refuses a file cut at any byte`(length: Int) {
    #expect(throws: DatasetError.self) { try IDXFile.read(Array(Self.small.prefix(length))) }
  }

  @Test(arguments: 0..<small.count)
  func `no changed byte is fatal`(position: Int) {
    for value in [UInt8(0), 1, 9, 14, 127, 128, 255] {
      var damaged = Self.small
      damaged[position] = value
      _ = try? IDXFile.read(damaged)
      _ = try? DataFile.read(damaged, fileName: "x-ubyte")
    }
  }

  @Test func `refuses more bytes than the shape has, and names the magic number`() {
    #expect(throws: DatasetError.self) { try IDXFile.read(Self.small + [0]) }
    do {
      _ = try IDXFile.read([0x89, 0x50, 0x4E, 0x47, 0x0D])
      Issue.record("accepted a PNG")
    } catch {
      #expect(error.description.contains("89 50 4e 47"))
    }
  }

  @Test func `images become heights, widths and channels in 0 to 1, with labels beside them`()
    throws
  {
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 7, 3]
    let set = try DataFile.read(Self.small, fileName: "a/train-images-idx3-ubyte", labels: labels)
    #expect(set.shape.extents == [2, 3, 1])
    #expect(set.inputs[11] == Float(12) / 255)
    #expect(set.answers.classNames == ["3", "7"])
    #expect(set.answers.labels == [1, 0])
    #expect(throws: DatasetError.countsDiffer(inputs: 2, answers: 1)) {
      try DataFile.read(
        Self.small,
        fileName: "x-ubyte",
        labels: [0, 0, 8, 1, 0, 0, 0, 1, 7]
      )
    }
  }

  @Test func `labels are looked for beside their images`() {
    #expect(
      DataFile.labelPaths(forImagesAt: "d/images/train-images-idx3-ubyte.gz") == [
        "d/images/train-labels-idx1-ubyte.gz", "d/images/train-labels-idx1-ubyte",
      ]
    )
    #expect(DataFile.labelPaths(forImagesAt: "iris.csv").isEmpty)
  }
}

/// Bodies and headers written by NumPy 2.4.6, `numpy.save`; padding blanks are added here.
@Suite("NPY files")
struct NPYFileTests {
  static func file(_ header: String, _ body: String) -> [UInt8] {
    let padding = String(repeating: " ", count: 0x76 - 1 - header.utf8.count) + "\n"
    return bytes(hex: "934e554d505901007600") + Array((header + padding).utf8) + bytes(hex: body)
  }

  static let known: [(header: String, body: String, shape: [Int], values: [Float])] = [
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
      "0000803f00002040000040c0000080400000003e0000c040", [2, 3], [1, 2.5, -3, 4, 0.125, 6]
    ),
    (
      "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }", "0100040002000500fdff5802",
      [2, 3], [1, 2, -3, 4, 5, 600]
    ),
    (
      "{'descr': '>f8', 'fortran_order': False, 'shape': (2,), }",
      "3fb999999999999ac000000000000000", [2], [0.1, -2]
    ),
    (
      "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 2), }", "0001020304050607",
      [2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]
    ),
    ("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", "010001", [3], [1, 0, 1]),
    (
      "{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }", "003e0094ff7b", [3],
      [1.5, -0.0009765625, 65504]
    ),
  ]

  @Test(arguments: 0..<known.count)
  func `reads what NumPy wrote`(index: Int) throws {
    let known = Self.known[index]
    let array = try NPYFile.read(Self.file(known.header, known.body))
    #expect(array.shape.extents == known.shape)
    #expect(array.tensor.values == known.values)
  }

  @Test func `writes what NumPy writes`() {
    let known = Self.known[0]
    let tensor = Tensor(Shape(known.shape), known.values)
    #expect(NPYFile.write(tensor) == Self.file(known.header, known.body))
  }

  @Test(arguments: UInt64(0)..<20)
  func `reads what it wrote`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let shape = Shape((0...random.nextIndex(below: 4)).map { _ in random.nextIndex(below: 4) + 1 })
    let tensor = Tensor(shape, (0..<shape.count).map { _ in Float(random.nextUnit()) })
    #expect(try NPYFile.read(NPYFile.write(tensor)).tensor == tensor)
  }

  @Test func `refuses a file cut at any byte, and no changed byte is fatal`() {
    let whole = Self.file(Self.known[1].header, Self.known[1].body)
    for length in whole.indices {
      #expect(throws: DatasetError.self) { try NPYFile.read(Array(whole.prefix(length))) }
    }
    for position in whole.indices {
      for value in [UInt8(0), 32, 39, 40, 57, 255] {
        var damaged = whole
        damaged[position] = value
        _ = try? NPYFile.read(damaged)
      }
    }
  }

  @Test func `names what it cannot read`() {
    let objects = Self.file("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "00")
    let huge = Self.file(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }",
      "00"
    )
    #expect(throws: DatasetError.self) { try NPYFile.read(objects) }
    #expect(throws: DatasetError.self) { try NPYFile.read(huge) }
  }
}

@Suite("CIFAR files")
struct CIFARFileTests {
  /// Two records: red, green and blue planes of one brightness each.
  static let records: [UInt8] = [(7, 255, 0, 51), (2, 0, 102, 255)]
    .flatMap { (label: UInt8, red: UInt8, green: UInt8, blue: UInt8) in
      [label] + [red, green, blue].flatMap { [UInt8](repeating: $0, count: 1024) }
    }

  @Test func `planes become pixels`() throws {
    let set = try CIFARFile.read(Self.records, name: "two")
    #expect(set.shape.extents == [32, 32, 3])
    #expect(Array(set.inputs.values.prefix(6)) == [1, 0, 0.2, 1, 0, 0.2])
    #expect(set.inputs[3072 + 1] == 0.4)
    #expect(set.answers.labels == [7, 2])
    #expect(set.classes.count == 8)
  }

  @Test func `refuses a record that is not whole`() {
    for length in [1, 3072, 3074, 6145] {
      #expect(throws: DatasetError.self) {
        try CIFARFile.read(Array(Self.records.prefix(length)), name: "cut")
      }
    }
    #expect(throws: DatasetError.empty(what: "the CIFAR file")) {
      try CIFARFile.read([], name: "none")
    }
  }

  @Test(.enabled(if: DataFolder.hasShared("sign-digits-rgb32/test.bin.gz")))
  func `reads a published file`() throws {
    let file = try #require(DataFolder.sharedBytes("sign-digits-rgb32/test.bin.gz"))
    let set = try DataFile.read(file, fileName: "test.bin.gz")
    #expect(set.classCounts(of: .train) == [Int](repeating: 40, count: 10))
  }
}
