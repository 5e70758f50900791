import Deployment
import Diagnostics
import Language

/// Makes a board of its evaluated fields.
public enum BoardBuilder {
  /// The fields a board may have.
  static let fields = ["title", "core", "clock", "ram", "flash", "voltage", "power"]

  /// The board called `name`; throws at the field that is missing or does not fit.
  public static func build(
    name: Name,
    fields: [(Name, GivenValue)]
  ) throws(Diagnostic) -> Value {
    var given: [String: GivenValue] = [:]
    for (field, value) in fields {
      guard Self.fields.contains(field.text) else {
        throw Diagnostic(
          "board-field",
          "a board has no field '\(field.text)'",
          at: field.range,
          remedy: nearestName(to: field.text, among: Self.fields).map { "did you mean '\($0)'?" }
            ?? "its fields are " + Self.fields.joined(separator: ", ")
        )
      }
      given[field.text] = value
    }
    for needed in ["clock", "ram", "flash"] where given[needed] == nil {
      throw Diagnostic(
        "board-field",
        "board '\(name.text)' needs \(needed)",
        at: name.range,
        remedy: "such as 'clock 64MHz', 'ram 256KiB' and 'flash 1MiB'"
      )
    }
    let clock = try whole(given["clock"], .frequency, "clock", "64MHz") ?? 0
    let ram = try whole(given["ram"], .information, "ram", "256KiB") ?? 0
    let flash = try whole(given["flash"], .information, "flash", "1MiB") ?? 0
    let millivolts = try amount(given["voltage"], .voltage, "voltage", "3.3V").map { $0 * 1000 }
    let title = try boardTitle(given["title"]) ?? name.text
    let core = try boardCore(given["core"])
    let milliwatts = try amount(given["power"], .power, "power", "30mW").map { $0 * 1000 }
    do throws(DeploymentError) {
      return .board(
        try Board(
          id: name.text,
          title: title,
          core: core,
          clockHz: clock,
          ramBytes: ram,
          flashBytes: flash,
          millivolts: Int((millivolts ?? 3300).rounded()),
          power: milliwatts.map {
            Board.Power(milliwatts: $0, provenance: .unverified(source: "given by the script"))
          }
        )
      )
    } catch {
      throw Diagnostic("board-field", error.description, at: name.range)
    }
  }

  private static func boardTitle(_ given: GivenValue?) throws(Diagnostic) -> String? {
    guard let given else { return nil }
    return try given.string("title")
  }

  private static func boardCore(_ given: GivenValue?) throws(Diagnostic) -> Core {
    guard let given else { return .cortexM4F }
    let word = given.value.wordOrString ?? given.text
    guard let core = Core(rawValue: word) else {
      throw Diagnostic(
        "board-field",
        "there is no core '\(word)'",
        at: given.range,
        remedy: "they are " + Core.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      )
    }
    return core
  }

  private static func amount(
    _ given: GivenValue?,
    _ dimension: Dimension,
    _ field: String,
    _ example: String
  ) throws(Diagnostic) -> Double? {
    guard let given else { return nil }
    guard case .quantity(let quantity) = given.value, quantity.dimension == dimension,
      quantity.value >= 0, quantity.value < 1e15
    else {
      throw Diagnostic(
        "board-field",
        "\(field) must be a quantity such as \(example), but is \(given.value.kindPhrase)",
        at: given.range
      )
    }
    return quantity.value
  }

  private static func whole(
    _ given: GivenValue?,
    _ dimension: Dimension,
    _ field: String,
    _ example: String
  ) throws(Diagnostic) -> Int? {
    try amount(given, dimension, field, example).map { Int($0.rounded()) }
  }
}
