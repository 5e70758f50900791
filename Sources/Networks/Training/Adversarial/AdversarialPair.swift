import Tensors

/// A generator and the discriminator that it was trained against.
public struct AdversarialPair: Sendable {
  /// Makes samples of noise.
  public var generator: Network
  /// Tells real samples from made ones.
  public var discriminator: Network

  /// Two networks.
  public init(generator: Network, discriminator: Network) {
    self.generator = generator
    self.discriminator = discriminator
  }
}

/// Both losses of adversarial training by epoch.
public struct AdversarialLosses: Hashable, Sendable, Codable {
  /// Mean of -log D(G(z)); ln 2 where the discriminator cannot tell.
  public var generator: [Double] = []
  /// Mean of -log D(x) plus mean of -log(1 - D(G(z))); ln 4 where the discriminator cannot tell.
  public var discriminator: [Double] = []

  /// No epochs yet.
  public init() {}
}

/// Why two networks cannot be trained against each other.
public enum AdversarialError: Error, Hashable, Sendable {
  case generatorOutput(Shape, sample: Shape)
  case discriminatorInput(Shape, sample: Shape)
  case discriminatorOutput(Shape)
  case training(TrainingError)
}

extension AdversarialError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .generatorOutput(let shape, let sample):
      "the generator makes samples of \(shape), but the data has samples of \(sample)"
    case .discriminatorInput(let shape, let sample):
      "the discriminator takes samples of \(shape), but the data has samples of \(sample)"
    case .discriminatorOutput(let shape):
      "a discriminator gives one number, the chance that a sample is real, but this one gives"
        + " \(shape)"
    case .training(let error): error.description
    }
  }
}
