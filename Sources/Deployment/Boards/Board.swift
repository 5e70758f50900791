/// Where a figure comes from, and so how far it may be trusted.
public enum Provenance: Hashable, Sendable, Codable {
  /// Somebody measured it and published how.
  case measured(source: String)
  /// From the vendor's datasheet.
  case datasheet(source: String)
  /// Remembered or of the right order only; nobody has checked it.
  case unverified(source: String)
}

extension Provenance: CustomStringConvertible {
  /// The kind and the source.
  public var description: String {
    switch self {
    case .measured(let source): "measured: \(source)"
    case .datasheet(let source): "datasheet: \(source)"
    case .unverified(let source): "unverified: \(source)"
    }
  }
}

/// A microcontroller board that a model can be placed on.
public struct Board: Hashable, Sendable, Codable {
  /// Power while computing.
  public struct Power: Hashable, Sendable, Codable {
    /// Mean power during inference.
    public let milliwatts: Double
    /// Where that comes from.
    public let provenance: Provenance

    /// A power with its source.
    public init(milliwatts: Double, provenance: Provenance) {
      self.milliwatts = milliwatts
      self.provenance = provenance
    }
  }

  /// Cycles in practice for each cycle of the model, which knows no wait states of the flash.
  public struct Slowdown: Hashable, Sendable, Codable {
    /// The factor.
    public let factor: Double
    /// Where that comes from.
    public let provenance: Provenance

    /// A factor with its source.
    public init(factor: Double, provenance: Provenance) {
      self.factor = factor
      self.provenance = provenance
    }

    /// What is taken where nobody has compared the model with the board: between no wait states (1)
    /// and the five of an STM32L4R5 at 120 MHz (1.31).
    public static let uncalibrated = Slowdown(
      factor: 1.15,
      provenance: .unverified(source: "uncalibrated: no measurement of this board was compared")
    )
  }

  /// The word for it in scripts.
  public let id: String
  /// The name on the box, and the chip.
  public let title: String
  /// The processor that runs the model.
  public let core: Core
  /// Cycles a second.
  public let clockHz: Int
  /// All RAM of the chip.
  public let ramBytes: Int
  /// Flash for code and weights; 0 where a chip has none of its own.
  public let flashBytes: Int
  /// Supply voltage.
  public let millivolts: Int
  /// Power while computing; nil where no figure was found.
  public let power: Power?
  /// Cycles in practice for each cycle of the model.
  public let slowdown: Slowdown
  /// An accelerator on the chip, which the estimates leave unused.
  public let accelerator: String?
  /// Where clock, RAM and flash come from.
  public let facts: Provenance

  /// A board.
  ///
  /// Clock, RAM and flash that are not positive make no board.
  public init(
    id: String,
    title: String,
    core: Core,
    clockHz: Int,
    ramBytes: Int,
    flashBytes: Int,
    millivolts: Int,
    power: Power? = nil,
    slowdown: Slowdown = .uncalibrated,
    accelerator: String? = nil,
    facts: Provenance = .unverified(source: "given by the script")
  ) throws(DeploymentError) {
    let largest = 1 << 40
    for (what, value, lowest) in [
      ("clock", clockHz, 1), ("RAM", ramBytes, 1), ("flash", flashBytes, 0),
      ("voltage", millivolts, 0),
    ] where value < lowest || value > largest {
      throw .impossibleBoard(board: id, what: what, value: value)
    }
    if let power, !(power.milliwatts > 0 && power.milliwatts.isFinite) {
      throw .impossiblePower(board: id, milliwatts: power.milliwatts)
    }
    self.init(
      trusted: id,
      title: title,
      core: core,
      clockHz: clockHz,
      ramBytes: ramBytes,
      flashBytes: flashBytes,
      millivolts: millivolts,
      power: power,
      slowdown: slowdown,
      accelerator: accelerator,
      facts: facts
    )
  }

  /// A row of the table of known boards.
  init(
    trusted id: String,
    title: String,
    core: Core,
    clockHz: Int,
    ramBytes: Int,
    flashBytes: Int,
    millivolts: Int,
    power: Power?,
    slowdown: Slowdown = .uncalibrated,
    accelerator: String? = nil,
    facts: Provenance
  ) {
    self.id = id
    self.title = title
    self.core = core
    self.clockHz = clockHz
    self.ramBytes = ramBytes
    self.flashBytes = flashBytes
    self.millivolts = millivolts
    self.power = power
    self.slowdown = slowdown
    self.accelerator = accelerator
    self.facts = facts
  }

  /// Mean power during inference in milliwatts, where a figure was found.
  public var activeMilliwatts: Double? { power?.milliwatts }
}
