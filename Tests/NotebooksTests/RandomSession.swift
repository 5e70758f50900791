import Diagnostics
import Notebooks
import Scripting
import Synchronization

/// Numbers for the choices of a test: SplitMix64 (Steele, Lea and Flood, 2014).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// One of a few things.
  mutating func pick<T>(_ choices: [T]) -> T { choices[Int(next() % UInt64(choices.count))] }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// The host of a session at a prompt: files in memory, and a user who presses Ctrl-C when the
/// session has looked for it a number of times.
final class PromptHost: Host {
  private let files = Mutex<[String: [UInt8]]>([:])
  private let looks = Mutex<Int?>(nil)

  func interrupt(after count: Int?) { looks.withLock { $0 = count } }

  func file(_ path: String) -> [UInt8]? { files.withLock { $0[path] } }

  func write(_ line: OutputLine) {}
  func show(_ progress: Progress?) {}
  func report(_ diagnostic: Diagnostic) {}

  func read(_ path: String) throws(HostError) -> [UInt8] {
    guard let bytes = file(path) else { throw .notFound(path) }
    return bytes
  }

  func exists(_ path: String) -> Bool { file(path) != nil }
  func save(_ bytes: [UInt8], to path: String) { files.withLock { $0[path] = bytes } }
  func environment(_ name: String) -> String? { nil }
  var dataFolders: [String] { [] }
  var seconds: Double { FileSystem.monotonicSeconds }
  var threads: Int { 1 }

  var isInterrupted: Bool {
    looks.withLock { looks in
      guard let left = looks else { return false }
      looks = max(0, left - 1)
      return left <= 0
    }
  }
}

/// What somebody types at a prompt: statements that work and fail, are undone, done again and
/// stopped.
struct RandomSession {
  let session: Session
  let host = PromptHost()
  private(set) var typed: [String] = []
  private var dice: Dice

  init(seed: UInt64) {
    dice = Dice(seed: seed)
    session = Session(host: host, seed: seed % 3 == 0 ? 42 : seed)
    session.notebookComposer = SessionNotebook.composer
    session.beginCell(Notebook.sessionCell)
    play()
  }

  /// Types one line as a prompt runs it.
  private mutating func type(_ line: String, interruptedAfter looks: Int? = nil) {
    typed.append(looks.map { "\(line)  [stopped after \($0) looks]" } ?? line)
    host.interrupt(after: looks)
    _ = session.run(SourceFile(name: "jatai[\(typed.count)]", text: line))
    host.interrupt(after: nil)
  }

  private mutating func play() {
    type("x = \(dice.number(1...9))")
    type("data = dataset \(dice.pick(["blobs", "ring", "xor"])) samples=40")
    type(network())
    // Whatever else happens, these do.
    var parts: [(inout RandomSession) -> Void] = [
      { $0.type("undo") }, { $0.type("redo") }, { $0.fail() }, { $0.loop() }, { $0.function() },
      { $0.stoppedTraining() }, { $0.type("undo\nredo") },
    ]
    for _ in 0..<dice.number(8...20) { parts.append { $0.something() } }
    parts.shuffle(using: &dice)
    for part in parts { part(&self) }
    type("print x it")
    type("show lineage net")
    type("evaluate net on data")
  }

  // MARK: Lines

  private mutating func something() {
    switch dice.number(0...15) {
    case 0: type("x = x \(dice.pick(["+", "-", "*"])) \(dice.number(1...5))")
    case 1: type("x += \(dice.number(1...3)); y = x / 7; print y")
    case 2:
      type(dice.pick(["x", "x / 3", "it * 2", "it", "[x, it]", "3KiB + 5B", "\"v \\(x:.2)\""]))
    case 3: type(dice.pick(["t = random(2x3)", "t = normal(3)", "t = random() + x"]))
    case 4: type(dice.pick(["print t", "sum(t)", "z = it", "x = it"]))
    case 5: type(dice.pick(["undo", "undo", "redo", "undo\nx\nredo", "undo; redo; redo"]))
    case 6: fail()
    case 7: loop()
    case 8: function()
    case 9: stoppedTraining()
    case 10: type("train net on data epochs=\(dice.number(1...3)) batch=8 rate=1e-2")
    case 11: compress()
    case 12: look()
    case 13: type("check \"c\" points=2 { y = random()\n expect x > 3 partial from 0 }")
    case 14:
      type(
        dice.pick([
          "seed \(dice.number(0...99))", "# only a comment",
          "s = \"\"\"\n# %% no cell\n#> no output\n\"\"\"",
          "limit time=1h", "if x > 4 { x = 1 } else { x = 7\n print \"small\" }",
          "data = dataset blobs samples=30 noise=0.3", "split data into [80%, 20%]",
          "normalize data",
          "sweep s in [1, 2] { { a: s, b: s * x } }",
        ])
      )
    default: type(dice.pick(["help train", "history", "save \"middle.jatai\"", "explain pruning"]))
    }
  }

  private mutating func network() -> String {
    "network net { input 2; dense \(dice.number(2...6)) \(dice.pick(["relu", "tanh"])); "
      + "dense 3 softmax }"
  }

  private mutating func fail() {
    type(
      dice.pick([
        "x = nowhere + 1", "x = 1 / 0", "print 64KiB + 3ms", "train nothing on data",
        "for i in 1..3 { x = i; t = random(); y = 1 / (2 - i) }", "t = random(3x3) + \"text\"",
        "x = [1, 2][9]", "train net on data epochs=0", "prune net to 150%", "x = (1", "trian net",
        "expect x > 1000 else \"too small\"", "y = 2; x = 1 / 0", "if true { undo }",
        "func bad() { x = 1 / 0 }\nbad()",
      ])
    )
  }

  private mutating func loop() {
    type(
      dice.pick([
        "for i in 1..3 { x += i; print x }", "n = 0\nwhile n < 4 { n += 1; t = random(); n }",
        "for i in [1, 2] {\n  train net on data epochs=1\n  print loss(net, data.train)\n}",
        "for i in 1..2 { if i == 2 { break }\n it }",
        "nets = []\nfor i in 1..2 { m = train net on data epochs=1; nets = nets + [m] }",
      ])
    )
  }

  private mutating func function() {
    type(
      dice.pick([
        "func f(a, b = 2) = a * b + x\nf(3)", "func g() { z = random()\n return z + x }\nx = g()",
        "func h() = it\nh()", "f(x)", "x = g()", "y = h()", "k = map([1, 2, 3], func(v) = v * x)",
      ])
    )
  }

  private mutating func stoppedTraining() {
    let looks = dice.number(1...40)
    let line = dice.pick([
      "train net on data epochs=6 batch=8", "train net on data batch=4 epochs=(3 + 4) rate=1e-2",
      "best = train net on data epochs=5 batch=8",
      "train net on data epochs=9 batch=8 schedule=cosine",
      "for i in 1..3 { train net on data epochs=2 batch=8 }",
      "for i in 1..2 { best = train net on data epochs=3 batch=8 }",
      "train net on data epochs=8 batch=8 schedule=exponential optimizer=sgd",
      "while true { x += 1 }", "train net on data epochs=5 batch=8 ; x += 1",
      "sparse = prune net to 50% on data epochs=4",
    ])
    type(line, interruptedAfter: looks)
  }

  private mutating func compress() {
    type(
      dice.pick([
        "sparse = prune net to 50%", "prune net to 30%", "prune net to 60% on data epochs=2",
        "lite = quantize net to int8 calibrate=data.train samples=20", "cluster net into 3",
        "size(net)", "lite = quantize sparse to int8 calibrate=data.train samples=20",
      ])
    )
  }

  private mutating func look() {
    type(
      dice.pick([
        "show net", "show lineage net", "evaluate net on data", "accuracy(net, data.train)",
        "digest(net)", "net.training.loss", "digest(net@1)", "sparsity(net)",
        "quiet evaluate net on data",
        "predict net on data first=2", "show data", "digest(best)", "evaluate lite on data",
        "weights(net.dense1)",
      ])
    )
  }
}
