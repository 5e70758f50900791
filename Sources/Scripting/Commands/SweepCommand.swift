/// `sweep`: a block run for each of some values.
///
/// The parser knows its form and `SweepNode` runs it; the row checks, completes and documents it.
enum SweepCommand {
  static let row = CommandRow(
    "sweep",
    stage: "exploring",
    gives: .always(.table),
    summary: "Run a block for each value; the block's last value, a record, is a row of the table.",
    operands: [Slot("name", [.word], isRequired: true, takesWords: true, "what takes each value")],
    prepositions: [
      Slot("in", [.list, .tensor, .string, .record, .table], isRequired: true, "the values")
    ],
    options: WorkerRequest.slots,
    example: "sweep share in [50%, 80%] jobs=2 { p = prune base to share; ({ size: zip(p) }) }"
  ) { _ in CommandResult(.none) }
}
