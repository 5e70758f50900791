import Tensors

/// A dataset that scripts know by name: where its bytes are, and what they mean.
public struct CatalogueEntry: Hashable, Sendable {
  /// The name in scripts.
  public let name: String
  /// One line for lists and `help`.
  public let summary: String
  /// Licence and source in one line.
  public let licence: String
  /// The shape of one sample.
  public let sampleShape: Shape
  /// The classes in the order of their labels; empty where the answers are numbers.
  public let classNames: [String]
  let source: Source

  enum Source: Hashable, Sendable {
    /// Columns with a header, the answers in the last one.
    case table(path: String)
    /// Images as rows of a table without a header: pixels in 0...brightest, then the label.
    case pixelTable(path: String, brightest: Float)
    /// Images and labels as IDX; `full` are the files of a larger edition.
    case images(IDXPaths, full: IDXPaths?)
    /// Made when asked for.
    case generated(GeneratedSet)
  }

  init(
    name: String,
    summary: String,
    licence: String,
    sampleShape: Shape,
    classNames: [String],
    source: Source
  ) {
    self.name = name
    self.summary = summary
    self.licence = licence
    self.sampleShape = sampleShape
    self.classNames = classNames
    self.source = source
  }

  init(generated set: GeneratedSet) {
    self.init(
      name: set.rawValue,
      summary: set.summary,
      licence: "generated",
      sampleShape: Shape([set.columns.count]),
      classNames: set.classNames,
      source: .generated(set)
    )
  }
}

/// A file that a dataset needs.
public struct RequiredFile: Hashable, Sendable {
  /// Paths where it may be, best first: relative to a data folder, or absolute.
  public let paths: [String]
}

/// The four files of a set that is published like MNIST.
struct IDXPaths: Hashable, Sendable {
  let trainImages: [String]
  let trainLabels: [String]
  let testImages: [String]
  let testLabels: [String]

  var all: [RequiredFile] {
    [trainImages, trainLabels, testImages, testLabels].map(RequiredFile.init(paths:))
  }

  /// MNIST's own file names, packed or not, with a hyphen or a point before `idx`.
  static func whole(inFolders folders: [String]) -> IDXPaths {
    func paths(_ start: String, _ rank: String) -> [String] {
      folders.flatMap { folder in
        ["-", "."].flatMap { mark in
          ["ubyte.gz", "ubyte"].map { suffix in
            let file = "\(start)\(mark)\(rank)-\(suffix)"
            return folder == "." ? file : "\(folder)/\(file)"
          }
        }
      }
    }
    return IDXPaths(
      trainImages: paths("train-images", "idx3"),
      trainLabels: paths("train-labels", "idx1"),
      testImages: paths("t10k-images", "idx3"),
      testLabels: paths("t10k-labels", "idx1")
    )
  }
}

extension CatalogueEntry {
  /// The generator, if the set is made when asked for.
  public var generatedSet: GeneratedSet? {
    if case .generated(let set) = source { set } else { nil }
  }

  /// Whether there is a larger edition.
  public var hasFullEdition: Bool {
    if case .images(_, .some) = source { true } else { false }
  }

  /// The files to read and to pass to `decode`, in its order; none for generated sets.
  public func requiredFiles(full: Bool = false) -> [RequiredFile] {
    switch source {
    case .table(let path), .pixelTable(let path, _): [RequiredFile(paths: [path])]
    case .images(let paths, let larger): (full ? larger ?? paths : paths).all
    case .generated: []
    }
  }

  /// The dataset in the bytes of its files, packed or not.
  ///
  /// `files` are the contents of `requiredFiles`, in that order; `options` name the columns to learn
  /// of a table and a shape to fold the inputs into; `first` training samples are kept, which takes
  /// less memory than cutting later.
  ///
  /// - Throws: what the readers throw for damaged files; `tooFewSamples` if `first` is too large.
  public func decode(
    _ files: [[UInt8]],
    options: DataFile.Options = .init(),
    first: Int? = nil
  ) throws(DatasetError) -> Dataset {
    guard files.count == requiredFiles().count, !files.isEmpty else {
      throw .countsDiffer(inputs: files.count, answers: requiredFiles().count)
    }
    var dataset: Dataset
    switch source {
    case .table: dataset = try decodeTable(files[0], options)
    case .pixelTable(_, let brightest):
      dataset = try decodePixels(files[0], brightest: brightest, options)
    case .images: dataset = try decodeImages(files, first: first)
    case .generated: throw .empty(what: "the list of files of '\(name)'")
    }
    if let shape = options.shape { dataset = try dataset.folded(to: shape) }
    guard let first else { return dataset }
    return try dataset.first(first)
  }

  private func decodeTable(
    _ file: [UInt8],
    _ options: DataFile.Options
  ) throws(DatasetError) -> Dataset {
    let table = try CSVFile.read(unpackedIfPacked(file))
    let dataset = try table.dataset(name: name, learning: options.answerNames)
    guard options.answerNames.isEmpty else { return dataset }
    guard dataset.shape == sampleShape,
      dataset.answers.classNames.count == classNames.count
        || classNames.isEmpty
    else {
      throw .malformed(
        format: "'\(name)'",
        problem: "its samples are \(dataset.shape), expected \(sampleShape) and "
          + "\(classNames.count) classes"
      )
    }
    switch dataset.answers {
    case .classes(let labels, let names):
      // Text is numbered alphabetically; the publishers number classes in an order of their own.
      guard names.sorted() == classNames.sorted() else {
        throw .malformed(format: "'\(name)'", problem: "its classes are \(names)")
      }
      let order = names.map { Int32(classNames.firstIndex(of: $0) ?? 0) }
      return dataset.with(
        parts: dataset.parts,
        answers: .classes(labels.map { order[Int($0)] }, names: classNames)
      )
    case .wholeNumbers(_, _, let values) where classNames.isEmpty:
      return dataset.with(parts: dataset.parts, answers: .values(values))
    case .wholeNumbers, .steps, .values, .nothing: return dataset
    }
  }

  private func decodePixels(
    _ file: [UInt8],
    brightest: Float,
    _ options: DataFile.Options
  ) throws(DatasetError) -> Dataset {
    let flat = try CSVFile.read(unpackedIfPacked(file))
      .dataset(name: name, learning: options.answerNames, shape: sampleShape)
    var pixels = flat.inputs
    scale(&pixels, by: brightest)
    return try Dataset(name: name, inputs: pixels, answers: flat.answers)
  }

  private func decodeImages(
    _ files: [[UInt8]],
    first: Int?
  ) throws(DatasetError) -> Dataset {
    let train = try images(files[0], labels: files[1], first: first)
    let test = try images(files[2], labels: files[3], first: nil)
    let (trainCount, testCount) = (train.labels.count, test.labels.count)
    let pixelCount = sampleShape.count
    var inputs = Tensor(Shape([trainCount + testCount] + sampleShape.extents))
    let brightness = (0..<256).map { Float($0) / 255 }
    inputs.withMutableElements { elements in
      for (pixels, start) in [(train.pixels, 0), (test.pixels, trainCount * pixelCount)] {
        pixels.withUnsafeBufferPointer { bytes in
          for position in bytes.indices {
            elements[start + position] = brightness[Int(bytes[position])]
          }
        }
      }
    }
    return try Dataset(
      name: name,
      inputs: inputs,
      answers: .classes(train.labels + test.labels, names: classNames),
      testStart: trainCount
    )
  }

  /// The pixels and labels of one part.
  private func images(
    _ imageFile: [UInt8],
    labels labelFile: [UInt8],
    first: Int?
  ) throws(DatasetError) -> (pixels: ArraySlice<UInt8>, labels: [Int32]) {
    let (shape, pixels) = try IDXFile.readBytes(unpackedIfPacked(imageFile))
    let (labelShape, labels) = try IDXFile.readBytes(unpackedIfPacked(labelFile))
    guard shape.rank == 3, Array(shape.extents.dropFirst()) == Array(sampleShape.extents.prefix(2))
    else {
      throw .malformed(
        format: "'\(name)'",
        problem: "its images are \(shape), expected count x \(sampleShape.extents[0]) x "
          + "\(sampleShape.extents[1])"
      )
    }
    let count = shape.extents[0]
    guard labelShape.rank == 1, labelShape.count == count else {
      throw .countsDiffer(inputs: count, answers: labelShape.count)
    }
    let kept = min(count, max(0, first ?? count))
    if let first, first > count {
      throw .tooFewSamples(wanted: first, available: count, purpose: "first=\(first)")
    }
    return (pixels.prefix(kept * sampleShape.count), labels.prefix(kept).map { Int32($0) })
  }

  private func unpackedIfPacked(_ bytes: [UInt8]) throws(DatasetError) -> [UInt8] {
    guard !bytes.isEmpty else { throw .empty(what: "a file of '\(name)'") }
    return Gzip.isPacked(bytes) ? try Gzip.unpacked(bytes) : bytes
  }
}
