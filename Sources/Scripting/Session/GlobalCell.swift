/// A name of the session with its value and its versions.
final class GlobalCell {
  let name: String
  var value: Value?
  /// Every network, model or dataset that the name has held, oldest first.
  var versions: [Value] = []
  /// The savepoint that has already kept the value from before it.
  var mark = 0

  init(_ name: String) { self.name = name }
}

/// The values that names had before a statement, so that a failure can bring them back.
struct Savepoint {
  struct Entry {
    let cell: GlobalCell
    let value: Value?
    let versions: [Value]
    let mark: Int
  }

  let mark: Int
  var entries: [Entry] = []
}

/// What changed with a statement, for `undo` and `redo`.
struct Change {
  let cell: GlobalCell
  let before: Value?
  let versionsBefore: [Value]
  let after: Value?
  let versionsAfter: [Value]
}
