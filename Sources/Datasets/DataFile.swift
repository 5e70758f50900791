import Tensors

/// A data file of any kind that can be read, told apart by its first bytes and its name.
public enum DataFile {
  /// What a caller wants of a table.
  public struct Options: Hashable, Sendable {
    /// The columns to learn; the last one if there are none.
    public var answerNames: [String]
    /// The shape to fold the inputs into.
    public var shape: Shape?
    /// Whether rows with missing cells are left out instead of refused.
    public var dropsMissing: Bool
    /// The input columns, in this order; nil takes all that are not learnt.
    public var inputNames: [String]?
    /// Which input columns of text become a column of 0 and 1 for each word.
    public var oneHot: OneHotColumns

    /// Options.
    public init(
      answerNames: [String] = [],
      shape: Shape? = nil,
      dropsMissing: Bool = false,
      inputNames: [String]? = nil,
      oneHot: OneHotColumns = .none
    ) {
      self.answerNames = answerNames
      self.shape = shape
      self.dropsMissing = dropsMissing
      self.inputNames = inputNames
      self.oneHot = oneHot
    }
  }

  /// Paths that may hold the labels for the images at `path`, as MNIST's files are named; the first
  /// that exists should be passed to `read`.
  public static func labelPaths(forImagesAt path: String) -> [String] {
    guard let range = lastRange(of: "images", in: path) else { return [] }
    let head = path[..<range.lowerBound]
    var tail = String(path[range.upperBound...])
    for rank in ["idx3", "idx4"] where tail.contains(rank) {
      tail = tail.split(separator: rank, maxSplits: 1, omittingEmptySubsequences: false)
        .joined(separator: "idx1")
    }
    let bare = "\(head)labels\(tail)"
    return bare.hasSuffix(".gz") ? [bare, String(bare.dropLast(3))] : [bare, bare + ".gz"]
  }

  /// The dataset in the bytes of one file, unpacked first if it is gzip.
  ///
  /// IDX and NPY files are known by their first bytes, CIFAR's by the suffix `.bin`; anything else
  /// is taken for CSV. IDX images are scaled to 0..1 and take their answers from `labels`, the
  /// bytes of an IDX or NPY file; a two-dimensional array without labels is taken for a table, and
  /// one of more dimensions has no answers.
  ///
  /// `fileName` is the name or path, which also names the dataset.
  ///
  /// - Throws: what the format's reader throws, and what `Table.dataset` does.
  public static func read(
    _ packed: [UInt8],
    fileName: String,
    labels packedLabels: [UInt8]? = nil,
    options: Options = Options()
  ) throws(DatasetError) -> Dataset {
    let bytes = Gzip.isPacked(packed) ? try Gzip.unpacked(packed) : packed
    guard !bytes.isEmpty else { throw .empty(what: "'\(fileName)'") }
    let name = stem(of: fileName)
    let lowercased = fileName.lowercased()
    if IDXFile.isIDX(bytes) || lowercased.contains("ubyte") || lowercased.hasSuffix(".idx") {
      let array = try IDXFile.read(bytes)
      return try dataset(array, name, labels: packedLabels, options, isImage: true)
    }
    if WAVFile.isWAV(bytes) {
      let clip = Recordings.Clip(name: fileName, bytes: bytes, label: nil)
      return try Recordings.dataset(name: name, clips: [clip])
    }
    if NPYFile.isNPY(bytes) || lowercased.hasSuffix(".npy") {
      let array = try NPYFile.read(bytes)
      return try dataset(array, name, labels: packedLabels, options, isImage: false)
    }
    let unpackedName = lowercased.hasSuffix(".gz") ? lowercased.dropLast(3) : lowercased[...]
    if unpackedName.hasSuffix(".bin") {
      let images = try CIFARFile.read(bytes, name: name)
      return try options.shape.map { shape throws(DatasetError) in try images.folded(to: shape) }
        ?? images
    }
    if bytes.prefix(4096).contains(0) {
      throw .malformed(
        format: "CSV",
        problem: "'\(fileName)' is not text, and begins with \(hexadecimal(bytes.prefix(4)))"
      )
    }
    return try CSVFile.read(bytes).dataset(name: name, options)
  }

  private static func dataset(
    _ array: NumericArray,
    _ name: String,
    labels packedLabels: [UInt8]?,
    _ options: Options,
    isImage: Bool
  ) throws(DatasetError) -> Dataset {
    if packedLabels == nil, array.shape.rank == 2, !isImage {
      return try table(array).dataset(name: name, options)
    }
    guard array.shape.rank >= 1, let count = array.shape.extents.first else {
      throw .malformed(format: "array", problem: "'\(name)' is a single number")
    }
    var sample = Array(array.shape.extents.dropFirst())
    var inputs = array.tensor
    if isImage {
      // height x width images have one channel.
      if sample.count == 2 { sample.append(1) }
      if array.isWhole { scale(&inputs, by: 255) }
    }
    if sample.isEmpty { sample = [1] }
    guard let shape = Shape(checking: [count] + sample) else {
      throw .tooLarge(what: "'\(name)'", limitBytes: Shape.largestCount)
    }
    var answers = Answers.nothing
    if let packedLabels {
      let bytes = Gzip.isPacked(packedLabels) ? try Gzip.unpacked(packedLabels) : packedLabels
      let labels = NPYFile.isNPY(bytes) ? try NPYFile.read(bytes) : try IDXFile.read(bytes)
      answers = try self.answers(from: labels, count: count)
    }
    let set = try Dataset(name: name, inputs: inputs.reshaped(to: shape), answers: answers)
    return try options.shape.map { shape throws(DatasetError) in try set.folded(to: shape) } ?? set
  }

  private static func answers(
    from array: NumericArray,
    count: Int
  ) throws(DatasetError) -> Answers {
    let rows = array.shape.extents.first ?? 0
    guard rows == count, count > 0 else { throw .countsDiffer(inputs: count, answers: rows) }
    if array.isWhole, array.labels != nil {
      return .wholeNumbers(array.tensor.values.map { Double($0) })
    }
    return .values(array.tensor.reshaped(to: Shape([count, array.tensor.count / count])))
  }

  /// A table with the columns of a two-dimensional array.
  private static func table(_ array: NumericArray) throws(DatasetError) -> Table {
    let (rows, width) = (array.shape.extents[0], array.shape.extents[1])
    guard rows > 0, width > 0 else { throw .empty(what: "the array") }
    var columns: [Table.Column] = []
    for column in 0..<width {
      let cells = (0..<rows).map { row -> Table.Cell in
        let number = Double(array.tensor[row * width + column])
        return number.isNaN ? .missing : .number(number)
      }
      columns.append(Table.Column(name: "column\(column + 1)", cells: cells))
    }
    return try Table(columns: columns, rowUnit: "row", rowNumbers: Array(1...rows))
  }

  /// The file's name without folders and suffixes.
  private static func stem(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.split(separator: ".").first.map(String.init) ?? file
    return stem.isEmpty ? file : stem
  }

  private static func lastRange(of word: String, in text: String) -> Range<String.Index>? {
    text.ranges(of: word).last
  }
}

/// Divides every element.
func scale(_ tensor: inout Tensor, by divisor: Float) {
  tensor.withMutableElements { elements in
    for position in elements.indices { elements[position] /= divisor }
  }
}
