/// The one table of commands: checking, running, completion, `help` and `Docs/Commands.md` read it.
public enum CommandTable {
  /// All rows, in the order of the documentation.
  public static let rows: [CommandRow] =
    DataCommands.rows + TrainingCommands.rows + [
      PruningCommand.row, QuantizationCommand.row, ClusteringCommand.row, DistillationCommand.row,
      SweepCommand.row, SensitivityCommand.row, SearchCommand.row,
    ] + FileCommands.rows + DeployCommands.rows + LookCommands.rows + SessionCommands.rows

  /// The row of a verb.
  public static func row(named name: String) -> CommandRow? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
}
