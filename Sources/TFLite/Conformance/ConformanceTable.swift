import Inference

/// What a comparison amounts to, as a table of operation x type and as a page.
public struct ConformanceTable {
  /// By vector.
  public let results: [ConformanceResult]

  /// A table of `results`.
  public init(_ results: [ConformanceResult]) { self.results = results }

  /// Whether any vector differs.
  public var hasDifferences: Bool { results.contains(where: \.differs) }

  /// Types in the order of the columns.
  private var types: [String] {
    let usual = ["float32", "float16", "dynamic", "int8", "int16x8", "int4"]
    let found = Set(results.map(\.entry.type))
    return usual.filter(found.contains) + found.subtracting(usual).sorted()
  }

  private var operations: [String] { Set(results.flatMap(\.operations)).sorted() }

  /// The cells of the table: how many vectors with the operation there are of the type, or how many
  /// of them are equal if some differ.
  private func cell(_ operation: String, _ type: String) -> String {
    let group = results.filter { $0.entry.type == type && $0.operations.contains(operation) }
    guard !group.isEmpty else { return "" }
    let equal = group.count { !$0.differs }
    return equal == group.count ? "\(equal)" : "\(equal) of \(group.count)"
  }

  /// The table as Markdown.
  public var markdown: String {
    var rows = [["operation"] + types]
    for operation in operations { rows.append([operation] + types.map { cell(operation, $0) }) }
    rows.append(["vectors"] + types.map { type in "\(results.count { $0.entry.type == type })" })
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      let padded = zip(cells, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 0 ? cell.0 + space : space + cell.0
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = widths.enumerated().map { column, width in
      column == 0
        ? String(repeating: "-", count: width) : String(repeating: "-", count: width - 1) + ":"
    }
    return ([line(rows[0]), line(rule)] + rows.dropFirst().map(line)).joined(separator: "\n") + "\n"
  }

  /// A line for each vector that differs, and for each reference.
  public var differences: [String] {
    results.flatMap { result in
      Rounding.allCases.compactMap { rounding in
        guard
          case .differs(let row, let element, let found, let expected, let rows) =
            result.outcomes[rounding]
        else { return nil }
        return "\(result.entry.id): \(rows) of \(result.rowCount) rows differ under "
          + "\(rounding.reference); first row \(row), element \(element): \(found), "
          + "expected \(expected)"
      }
    }
  }

  /// How many vectors were equal under each reference.
  public var summary: [String] {
    Rounding.allCases.map { rounding in
      let compared = results.filter { result in
        if case .notCompared = result.outcomes[rounding] { false } else { true }
      }
      let equal = compared.count { $0.outcomes[rounding] == .equal }
      return "\(rounding.reference): \(equal) of \(compared.count) vectors equal"
        + (compared.count < results.count ? ", \(results.count - compared.count) not compared" : "")
    }
  }

  private static func isInteger(_ type: String) -> Bool {
    ["int8", "int16x8", "int4"].contains(type)
  }

  private var notCompared: [String] {
    results.flatMap { result in
      Rounding.allCases.compactMap { rounding in
        guard case .notCompared(let reason) = result.outcomes[rounding] else { return nil }
        // Integers are what TensorFlow Lite Micro is asked about; that is said once.
        guard rounding == .litert || Self.isInteger(result.entry.type) else { return nil }
        return "* `\(result.entry.id)`, \(rounding.reference): \(reason)"
      }
    }
  }

  /// Vectors on which the references disagree with one another, with the operations of the models.
  private var disagreements: [String] {
    results.compactMap { result in
      guard let disagreement = result.disagreement, disagreement.elements > 0,
        Self.isInteger(result.entry.type)
      else { return nil }
      let operations =
        result.operations.count <= 3
        ? result.operations.joined(separator: ", ") : "\(result.operations.count) operations"
      return "| \(result.entry.id) | \(operations) | \(disagreement.elements) "
        + "| \(Int(disagreement.largest)) |"
    }
  }

  /// The whole page `Docs/Conformance.md`.
  public var page: String {
    """
    # Conformance

    Made by `jatai conformance ../shared/golden Tests/OperationVectors --page`; a test fails when this
    page is stale. Integers are equal, not close; floats lie within 1e-5 of the largest output.

    A model counts for each of its operations. An operation whose outputs differ would read "3 of 4".

    \(markdown)
    \(summary.map { "* " + $0 }.joined(separator: "\n"))

    ## The references

    LiteRT 2.3.0, `OpResolverType.BUILTIN_REF` (`rounding=litert`), and the reference kernels of
    TensorFlow Lite Micro, wheel 0.dev20261023182759 (`rounding=tflm`, which is what boards compute and
    the default). States of LSTM and SVDF begin anew with each row under LiteRT and go on from row to
    row under TensorFlow Lite Micro, since the vectors were recorded so.

    Microcontrollers refuse models with float activations and small weights (dynamic, float16), and
    their float32 outputs were mostly not recorded, so those are compared with LiteRT alone.

    ## Where they disagree

    | vector | operations | values that differ | by at most |
    | --- | --- | ---: | ---: |
    \(disagreements.joined(separator: "\n"))

    The reasons:

    * FULLY_CONNECTED: LiteRT multiplies sums by a real number in double precision and rounds once;
      TensorFlow Lite Micro rounds a doubling high product, and then a shift once more. Later
      operations carry the difference on.
    * RELU6 alone, with another scale after than before it: TensorFlow Lite Micro clamps without
      rescaling, which is wrong by as much as the whole range. Our conversion therefore gives RELU6 the
      scale of its input, and where it can joins it to the operation before.
    * SOFTMAX of int16: LiteRT fills its table of exponentials in double precision, TensorFlow Lite
      Micro in single precision; now and then an output differs by one step.
    * UNIDIRECTIONAL_SEQUENCE_LSTM of int8: LiteRT computes in gemmlowp's 16-bit fixed point,
      TensorFlow Lite Micro with the tables of LOGISTIC and TANH.
    * SUM of int8: LiteRT's reference kernel is not deterministic or wrong (so the manifest), and the
      recorded `y` came from its optimized kernel, which rounds otherwise; only TensorFlow Lite Micro is
      compared.
    * Of our own exports, two are left out of `Scripts/check-litert`: gru with int16 activations, of which
      one row in fifty differs by a step under TensorFlow Lite Micro, and the hybrid lstm, whose floats
      LiteRT rounds anew at every step: one row in fifty differs by 2e-5.

    ## Not compared

    \(notCompared.joined(separator: "\n"))

    """
  }
}

extension Rounding {
  /// The reference's name in words.
  var reference: String {
    switch self {
    case .tflm: "TensorFlow Lite Micro"
    case .litert: "LiteRT"
    }
  }
}
