import Tensors
import Testing

@testable import Datasets

@Suite("Recordings")
struct RecordingTests {
  /// A WAV file by the format's description (Microsoft and IBM, 1991), with a chunk to skip.
  static func wav(_ data: [UInt8], rate: Int = 8000, bits: Int = 16, channels: Int = 1) -> [UInt8] {
    func little(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    let form =
      little(1, 2) + little(channels, 2) + little(rate, 4)
      + little(rate * channels * bits / 8, 4) + little(channels * bits / 8, 2) + little(bits, 2)
    let chunks =
      Array("fmt ".utf8) + little(form.count, 4) + form + Array("LIST".utf8) + little(3, 4)
      + [1, 2, 3, 0] + Array("data".utf8) + little(data.count, 4) + data
    return Array("RIFF".utf8) + little(chunks.count + 4, 4) + Array("WAVE".utf8) + chunks
  }

  @Test func `values are scaled to -1 and 1, channels averaged`() throws {
    #expect(try WAVFile.read(Self.wav([0, 0x40, 0, 0x80])).values == [0.5, -1])
    #expect(try WAVFile.read(Self.wav([0, 128, 192], bits: 8)).values == [-1, 0, 0.5])
    let stereo = try WAVFile.read(Self.wav([0, 0x40, 0, 0xC0, 0, 0x20, 0, 0x20], channels: 2))
    #expect(stereo.values == [0, 0.25])
    #expect(stereo.rate == 8000)
  }

  @Test func `clips are filled up to the longest, or cut`() throws {
    let clips = [
      Recordings.Clip(name: "a.wav", bytes: Self.wav([0, 0x40, 0, 0x20]), label: "no"),
      Recordings.Clip(name: "b.wav", bytes: Self.wav([0, 0x40]), label: "yes"),
    ]
    let set = try Recordings.dataset(name: "words", clips: clips)
    #expect(set.shape.extents == [2])
    #expect(set.inputs.values == [0.5, 0.25, 0.5, 0])
    #expect(set.classes == ["no", "yes"])
    #expect(set.facts.sampleRate == 8000)
    let cut = try Recordings.dataset(name: "words", clips: clips, seconds: 0.000125)
    #expect(cut.inputs.values == [0.5, 0.5])
    #expect(throws: DatasetError.self) {
      try Recordings.dataset(name: "words", clips: clips, seconds: 0)
    }
    let faster = Recordings.Clip(name: "c.wav", bytes: Self.wav([0, 0], rate: 16000), label: "no")
    #expect(throws: DatasetError.ratesDiffer(file: "c.wav", found: 16000, expected: 8000)) {
      try Recordings.dataset(name: "words", clips: clips + [faster])
    }
  }

  @Test func `damaged files are refused, never read beyond their end`() throws {
    let whole = Self.wav([0, 0x40, 0, 0x20])
    for end in 0..<whole.count - 4 {
      #expect(throws: DatasetError.self) { try WAVFile.read(Array(whole[..<end])) }
    }
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<3 {
        bytes[random.nextIndex(below: bytes.count)] = UInt8(random.nextIndex(below: 256))
      }
      _ = try? WAVFile.read(bytes)
    }
  }
}

@Suite("Tables, augmentation and one-hot columns")
struct PreparationTests {
  private static func table(_ text: String) throws -> Table { try CSVFile.read(Array(text.utf8)) }

  @Test func `words become columns of 0 and 1`() throws {
    let text = "city,size,y\nRecife,3,0.5\nOlinda,4,1.5\nRecife,5,2.5\n"
    let all = try Self.table(text).dataset(name: "t", DataFile.Options(oneHot: .all))
    #expect(all.columns == ["city_Olinda", "city_Recife", "size"])
    #expect(all.inputs.values == [0, 1, 3, 1, 0, 4, 0, 1, 5])
    let named = try Self.table(text)
      .dataset(name: "t", DataFile.Options(inputNames: ["size"], oneHot: .named(["size"])))
    #expect(named.columns == ["size_3", "size_4", "size_5"])
  }

  @Test func `rows that miss a cell are dropped where the column is used`() throws {
    let text = "a,b,y\n1,,0.5\n2,7,1.5\n,8,2.5\n"
    let all = try Self.table(text).dataset(name: "t", DataFile.Options(dropsMissing: true))
    #expect(all.inputs.values == [2, 7])
    let one = try Self.table(text)
      .dataset(name: "t", DataFile.Options(dropsMissing: true, inputNames: ["b"]))
    #expect(one.inputs.values == [7, 8])
  }

  @Test func `one column is a series that tells itself`() throws {
    let set = try Self.table("value\n1.5\n2.5\n").dataset(name: "t")
    #expect(set.inputs.values == [1.5, 2.5])
    #expect(try set.samples().expected == .values(Tensor(Shape([2, 1]), [1.5, 2.5])))
  }

  private static func image() throws -> Dataset {
    try Dataset(
      name: "image",
      inputs: Tensor(Shape([1, 5, 5, 1]), (0..<25).map { Float($0 + 1) }),
      answers: .nothing
    )
  }

  /// A turn by d degrees and one by -d, each near the whole range, give back the middle, which is its
  /// own neighbour at every angle; a cut-out is a square of zeros.
  @Test(arguments: 0..<20)
  func `turning keeps the middle, cutting blanks a square`(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let turned = try Self.image().augmented(Augmentation(rotation: 90), using: &random)
    let copy = Array(turned.inputs.values.suffix(25))
    #expect(abs(copy[12] - 13) < 1e-5)
    #expect(copy != Array(turned.inputs.values.prefix(25)))
    let cut = try Self.image().augmented(Augmentation(cutout: 2), using: &random)
    let zeros = cut.inputs.values.suffix(25).enumerated().filter { $1 == 0 }.map(\.offset)
    #expect(zeros.count == 4)
    #expect(zeros[1] == zeros[0] + 1 && zeros[2] == zeros[0] + 5 && zeros[3] == zeros[0] + 6)
  }

  @Test func `signals are moved in time, rows of a table are not`() throws {
    var random = SeededGenerator(seed: 3)
    let signal = try Dataset(
      name: "s",
      inputs: Tensor(Shape([1, 4, 1]), [1, 2, 3, 4]),
      answers: .nothing
    )
    let moved = try signal.augmented(Augmentation(shift: 2, copies: 30), using: &random)
    let copies = (1...30).map { index in Array(moved.inputs.values[index * 4..<index * 4 + 4]) }
    #expect(
      Set(copies) == [[1, 2, 3, 4], [0, 1, 2, 3], [0, 0, 1, 2], [2, 3, 4, 0], [3, 4, 0, 0]]
    )
    let row = try Self.table("a,b,y\n1,2,0.5\n").dataset(name: "t")
    #expect(throws: DatasetError.notImages(operation: "shift", shape: Shape([2]))) {
      try row.augmented(Augmentation(shift: 1), using: &random)
    }
  }
}
