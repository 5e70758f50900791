import Datasets
import Diagnostics
import Language
import Networks

extension CommandCall {
  /// An operand that the row requires, so that the interpreter has seen to it.
  func operand(_ index: Int) -> GivenValue { operands[index] }

  /// What follows a preposition, or nil.
  func after(_ preposition: Preposition) -> GivenValue? { prepositions[preposition] }

  /// A whole number option.
  func count(_ name: String, default standard: Int) throws(Diagnostic) -> Int {
    try optionalCount(name) ?? standard
  }

  /// A whole number option that may be left out.
  func optionalCount(_ name: String) throws(Diagnostic) -> Int? {
    guard let given = option(name) else { return nil }
    return try given.wholeNumber(name)
  }

  /// A number option, plain or a ratio.
  func number(_ name: String, default standard: Double) throws(Diagnostic) -> Double {
    guard let given = option(name) else { return standard }
    return try given.number(name)
  }

  /// A truth option.
  func flag(_ name: String, default standard: Bool) throws(Diagnostic) -> Bool {
    guard let given = option(name) else { return standard }
    guard case .bool(let flag) = given.value else {
      throw Diagnostic(
        "option-kind",
        "\(name) is true or false, but here is \(given.value.kindPhrase)",
        at: given.range
      )
    }
    return flag
  }

  /// A catalogue word of an option.
  func word(_ name: String, default standard: String) throws(Diagnostic) -> String {
    guard let given = option(name) else { return standard }
    return try given.word(name, from: row.options.first { $0.name == name }?.catalogue)
  }

  /// Refuses an option that the given circumstances do not use.
  func refuse(_ name: String, because reason: String) throws(Diagnostic) {
    guard let index = options.firstIndex(where: { $0.name.text == name }) else { return }
    throw Diagnostic("unused-option", "\(name) \(reason)", at: options[index].name.range)
  }

  /// Pins an engine's error to the whole command.
  func failure(
    _ id: String,
    _ error: some CustomStringConvertible,
    at range: SourceRange? = nil,
    remedy: String? = nil
  ) -> Diagnostic {
    Diagnostic(id, error.description, at: range ?? self.range, remedy: remedy)
  }
}

extension GivenValue {
  /// A number; `what` names it in errors.
  func number(_ what: String) throws(Diagnostic) -> Double {
    guard let number = value.plainNumber else {
      throw Diagnostic(
        "option-kind",
        "\(what) must be a number, but is \(value.kindPhrase)",
        at: range
      )
    }
    return number
  }

  /// A whole number that an Int holds.
  func wholeNumber(_ what: String) throws(Diagnostic) -> Int {
    let number = try number(what)
    guard number == number.rounded(), abs(number) < 1e15 else {
      throw Diagnostic("option-kind", "\(what) must be a whole number, but is \(text)", at: range)
    }
    return Int(number)
  }

  /// A word of a catalogue, bare or as a string.
  func word(_ what: String, from catalogue: Catalogue?) throws(Diagnostic) -> String {
    let known = catalogue.map { CatalogueTable.names(in: $0) } ?? []
    guard let word = value.wordOrString, catalogue == nil || known.contains(word) else {
      let found = value.wordOrString.map { "'\($0)'" } ?? value.kindPhrase
      throw Diagnostic(
        "unknown-word",
        "\(what) cannot be \(found)",
        at: range,
        remedy: value.wordOrString.flatMap { nearestName(to: $0, among: known) }
          .map { "did you mean '\($0)'?" } ?? "it can be " + known.joined(separator: ", ")
      )
    }
    return word
  }

  /// A string.
  func string(_ what: String) throws(Diagnostic) -> String {
    guard case .string(let text) = value else {
      throw Diagnostic(
        "option-kind",
        "\(what) must be a string, but is \(value.kindPhrase)",
        at: range,
        remedy: "write it in quotes"
      )
    }
    return text
  }

  /// A dataset.
  func dataset(_ what: String) throws(Diagnostic) -> Dataset {
    guard case .dataset(let dataset) = value else {
      throw Diagnostic(
        "operand-kind",
        "\(what) needs a dataset, but '\(text)' is \(value.kindPhrase)",
        at: range
      )
    }
    return dataset
  }

  /// A network.
  func network(_ what: String) throws(Diagnostic) -> Network {
    guard case .network(let network) = value else {
      let isModel = if case .model = value { true } else { false }
      throw Diagnostic(
        "operand-kind",
        "\(what) needs a network, but '\(text)' is \(value.kindPhrase)",
        at: range,
        remedy: isModel ? "a model is frozen: use the network that it was made of" : nil
      )
    }
    return network
  }

  /// A model.
  func model(_ what: String) throws(Diagnostic) -> Model {
    guard case .model(let model) = value else {
      let isNetwork = if case .network = value { true } else { false }
      throw Diagnostic(
        "operand-kind",
        "\(what) needs a model, but '\(text)' is \(value.kindPhrase)",
        at: range,
        remedy: isNetwork
          ? "make one with 'quantize \(text) to int8' or 'convert \(text) to tflite'" : nil
      )
    }
    return model
  }
}
