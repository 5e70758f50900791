import Diagnostics
import Language

/// Everything that the block of a sweep reads, ready to be given to workers; or the reason why its
/// points have to run one after another.
struct SweepCargo {
  private(set) var carrier: ValueCarrier
  private(set) var names: [SweepJob.Name] = []
  private(set) var values: [SavedValue] = []
  /// The random streams that a point probably begins.
  let draws: Int

  /// Why points cannot be given away, and what to do about it.
  struct Obstacle: Error {
    let reason: String
    var remedy: String?
  }

  /// Commands that depend on the whole session, or change it.
  private static let bound: Set<String> = [
    "history", "limit", "quit", "redo", "run", "save", "seed", "show", "undo",
  ]

  init(_ node: SweepNode, _ sequence: ElementSequence, _ session: Session) throws(Obstacle) {
    let scene = node.scene
    var block = FreeNames()
    block.visit(node.sweep.block.statements)
    if scene.isInFunction {
      throw Obstacle(reason: "it stands in a function, whose variables are its own")
    }
    if scene.isInCheck || block.hasChecks {
      throw Obstacle(reason: "checks are scored in one process")
    }
    guard scene.source.statement(at: node.range).isSweep else {
      throw Obstacle(
        reason: "its text is no statement by itself",
        remedy: "write it without parentheses around it, as in 't = sweep …'"
      )
    }
    carrier = ValueCarrier(sources: [scene.source], addsSources: true)
    let bound = Set(block.bound + block.remade + [node.sweep.name.text])
    var reader = NameReader(session: session, carrier: carrier, skipped: bound)
    do throws(NotCarried) {
      try reader.read(block, knownNames: scene.knownNames)
      carrier = reader.carrier
      for index in 0..<sequence.count { values.append(try carrier.save(sequence[index])) }
    } catch {
      throw Obstacle(reason: error.reason)
    }
    names = reader.names
    if let verb = reader.verbs.intersection(SweepCargo.bound).min() {
      throw Obstacle(reason: "'\(verb)' in its block needs the whole session")
    }
    let flow = SweepFlow(node.sweep, readByFunctions: reader.readByFunctions)
    draws = flow.draws
    if let name = flow.carried {
      throw Obstacle(
        reason: "each goes on with '\(name)' as the one before has left it",
        remedy: "give what a point makes a name of its own, as in 'net = train base on d'"
      )
    }
  }
}

extension Statement? {
  /// Whether this is a sweep and nothing else.
  fileprivate var isSweep: Bool {
    guard case .value(.pipeline(let pipeline))? = self, pipeline.stages.isEmpty,
      case .command(.sweep) = pipeline.source
    else { return false }
    return true
  }
}

/// Follows names to their values, and functions among them to the names that they read.
private struct NameReader {
  let session: Session
  var carrier: ValueCarrier
  /// Names that the block binds itself.
  let skipped: Set<String>
  private(set) var names: [SweepJob.Name] = []
  private(set) var verbs: Set<String> = []
  /// For each name with a function in its value: all that the function, and those it calls, read.
  private(set) var readByFunctions: [String: Set<String>] = [:]
  private var versioned: Set<String> = []

  init(session: Session, carrier: ValueCarrier, skipped: Set<String>) {
    self.session = session
    self.carrier = carrier
    self.skipped = skipped
  }

  mutating func read(_ block: FreeNames, knownNames: Set<String>) throws(NotCarried) {
    verbs = block.verbs
    versioned = block.versioned
    var queue = block.used.union(block.usedInside).union(block.remade).sorted()
    if queue.contains("it"), !knownNames.contains("it") {
      throw NotCarried("'it' is the last result of the point before")
    }
    var seen = Set(queue)
    var carried: [String] = []
    while let name = queue.popLast() {
      guard !skipped.contains(name), let value = session.value(of: name) else { continue }
      carried.append(name)
      let functionsBefore = carrier.functions.count
      _ = try carrier.save(value)
      var read: Set<String> = []
      for function in carrier.functions[functionsBefore...] {
        read.formUnion(try names(readBy: function))
      }
      if !read.isEmpty { readByFunctions[name] = read }
      for name in read.subtracting(seen).sorted() {
        seen.insert(name)
        queue.append(name)
      }
    }
    closeOverCalls()
    for name in carried.sorted() { try carry(name) }
  }

  private mutating func names(readBy function: FunctionValue) throws(NotCarried) -> Set<String> {
    let text = FunctionText(function.code.source, function.code.range).names
    verbs.formUnion(text.verbs)
    versioned.formUnion(text.versioned)
    guard !text.hasChecks else { throw NotCarried("checks are scored in one process") }
    let read = text.used.union(text.usedInside).union(text.remade)
    if read.contains("it") { throw NotCarried("'it' is the last result of the point before") }
    // What the name meant when the function was written cannot be told any more.
    let unclear = read.filter { name in
      (session.value(of: name) != nil || skipped.contains(name))
        && (Builtins.row(named: name) != nil || CatalogueTable.contains(name) || name == Zoo.name)
    }
    if let name = unclear.min() {
      throw NotCarried("'\(name)' in '\(function.name)' may be yours or the language's own")
    }
    return read
  }

  /// Adds to what a function reads what the functions read that it calls.
  private mutating func closeOverCalls() {
    var isChanging = true
    while isChanging {
      isChanging = false
      for (name, read) in readByFunctions {
        let all = read.reduce(into: read) { $0.formUnion(readByFunctions[$1] ?? []) }
        if all.count > read.count {
          readByFunctions[name] = all
          isChanging = true
        }
      }
    }
  }

  private mutating func carry(_ name: String) throws(NotCarried) {
    guard let value = session.value(of: name) else { return }
    var versions: [SavedValue] = []
    if versioned.contains(name) {
      for version in session.versions(of: name) { versions.append(try carrier.save(version)) }
    }
    names.append(
      SweepJob.Name(
        name: name,
        versions: versions,
        value: value.hasVersions && !versions.isEmpty ? nil : try carrier.save(value)
      )
    )
  }
}
