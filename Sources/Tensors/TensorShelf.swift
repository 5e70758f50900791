/// The tensors of values that are written as text: the text says the place of each on the shelf, and
/// the shelf goes into a file of its own.
///
/// Tensors that share their memory share a place. Unchecked: one thread fills it, or nobody.
public final class TensorShelf: @unchecked Sendable {
  /// The tensors, each once, in the order in which they came.
  public private(set) var tensors: [Tensor]
  private var places: [Key: Int] = [:]

  /// What an encoder's or a decoder's `userInfo` holds the shelf under.
  public static let key = CodingUserInfoKey(rawValue: "tensors")

  /// A shelf with tensors on it.
  public init(_ tensors: [Tensor] = []) { self.tensors = tensors }

  /// Puts a tensor on the shelf and tells its place.
  func place(of tensor: Tensor) -> Int {
    let start = tensor.withElements { UInt(bitPattern: $0.baseAddress) }
    let key = Key(start: start, shape: tensor.shape)
    if let place = places[key] { return place }
    // The shelf keeps the memory, so no other tensor can get the same address.
    tensors.append(tensor)
    places[key] = tensors.count - 1
    return tensors.count - 1
  }

  private struct Key: Hashable {
    let start: UInt
    let shape: Shape
  }
}

extension Tensor: Codable {
  /// Takes the tensor from the decoder's shelf.
  public init(from decoder: any Decoder) throws {
    let place = try decoder.singleValueContainer().decode(Int.self)
    guard let key = TensorShelf.key, let shelf = decoder.userInfo[key] as? TensorShelf,
      shelf.tensors.indices.contains(place)
    else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no such tensor")
      )
    }
    self = shelf.tensors[place]
  }

  /// Puts the tensor on the encoder's shelf.
  public func encode(to encoder: any Encoder) throws {
    guard let key = TensorShelf.key, let shelf = encoder.userInfo[key] as? TensorShelf else {
      throw EncodingError.invalidValue(
        self,
        EncodingError.Context(codingPath: encoder.codingPath, debugDescription: "no shelf")
      )
    }
    var container = encoder.singleValueContainer()
    try container.encode(shelf.place(of: self))
  }
}
