import Tensors

/// CIFAR's binary records: label bytes, then a 32x32 image as a red, a green and a blue plane
/// (Krizhevsky, "Learning multiple layers of features from tiny images", 2009).
public enum CIFARFile {
  /// How many label bytes a record has: one in CIFAR-10, a coarse and a fine one in CIFAR-100.
  public enum Layout: Int, Hashable, Sendable {
    case cifar10 = 1
    case cifar100 = 2
  }

  /// Whether so many bytes are a whole number of CIFAR-10 records.
  public static func fits(byteCount: Int) -> Bool {
    byteCount > 0 && byteCount % (1 + imageBytes) == 0
  }

  /// A set of 32x32x3 images scaled to 0..1, with the (fine) label of each.
  ///
  /// Classes are named by their numbers, and there are as many as the largest label asks for.
  ///
  /// - Throws: `empty`, or `truncated` if the last record is not whole.
  public static func read(
    _ bytes: [UInt8],
    name: String,
    layout: Layout = .cifar10
  ) throws(DatasetError) -> Dataset {
    let recordBytes = layout.rawValue + imageBytes
    guard !bytes.isEmpty else { throw .empty(what: "the CIFAR file") }
    let count = bytes.count / recordBytes
    guard bytes.count % recordBytes == 0 else {
      throw .truncated(
        format: "CIFAR",
        expectedBytes: (count + 1) * recordBytes,
        foundBytes: bytes.count
      )
    }
    var labels: [Int32] = []
    var inputs = Tensor(Shape([count, side, side, channels]))
    inputs.withMutableElements { elements in
      for record in 0..<count {
        let start = record * recordBytes + layout.rawValue
        labels.append(Int32(bytes[start - 1]))
        for pixel in 0..<side * side {
          for channel in 0..<channels {
            let value = bytes[start + channel * side * side + pixel]
            elements[(record * side * side + pixel) * channels + channel] = Float(value) / 255
          }
        }
      }
    }
    let classCount = Int(labels.max() ?? 0) + 1
    let names = (0..<classCount).map(String.init)
    return try Dataset(name: name, inputs: inputs, answers: .classes(labels, names: names))
  }

  private static let side = 32
  private static let channels = 3
  private static let imageBytes = side * side * channels
}
