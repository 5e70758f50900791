import Diagnostics
import Language
import Testing

@testable import Scripting

/// Runs statements one by one in a session with a host of its own.
private struct Run {
  let host: TestHost
  let session: Session
  private(set) var outcomes: [StatementOutcome] = []

  init(_ text: String, host: TestHost = TestHost(), limits: SessionLimits = SessionLimits()) {
    self.host = host
    session = Session(host: host)
    session.limits = limits
    add(text)
  }

  mutating func add(_ text: String) {
    let source = SourceFile(name: "test.jatai", text: text)
    let program = Parser.parse(source, vocabulary: Session.vocabulary)
    for statement in program.statements {
      outcomes.append(session.execute(statement, of: program))
    }
  }

  var lastError: Diagnostic? {
    switch outcomes.last?.status {
    case .failed(let error)?, .interrupted(let error, _)?: error
    case .succeeded?, .quit?, nil: nil
    }
  }

  func text(_ name: String) -> String? { session.value(of: name).map { ValueText.text($0) } }
}

@Suite struct SessionTests {
  @Test func `an interruption brings everything back`() {
    let host = TestHost()
    var run = Run("x = 1", host: host)
    host.looksBeforeInterruption = 2
    run.add("while true { x += 1 }")
    #expect(run.lastError?.id == "interrupted")
    #expect(run.text("x") == "1")
    #expect(run.outcomes.last?.exitCode == 130)
  }

  @Test func `a time limit stops a loop`() {
    let host = TestHost()
    host.secondsPerLook = 0.5
    let run = Run("limit time=10s\nwhile true { }", host: host)
    #expect(run.lastError?.id == "time-limit")
  }

  @Test func `a budget of steps stops a loop, and a new cell has a new one`() {
    var run = Run("x = 0\nwhile true { x += 1 }", limits: SessionLimits(steps: 100_000))
    #expect(run.lastError?.id == "step-limit")
    #expect(run.text("x") == "0")
    run.session.beginCell("next")
    run.add("for i in 1..1000 { x += 1 }")
    #expect(run.text("x") == "1000")
  }

  @Test func `output is capped`() {
    let run = Run(
      "for i in 1..10000 { print \"0123456789\" }",
      limits: SessionLimits(outputBytes: 1000)
    )
    let lines = run.outcomes.last?.output ?? []
    #expect(lines.count == 91)
    #expect(lines.last?.text.hasPrefix("… output beyond") == true)
  }

  @Test func `the depth of calls does not depend on the native stack`() {
    let run = Run("func f(n) = f(n + 1)\nf(1)")
    #expect(run.lastError?.id == "recursion-too-deep")
    #expect(run.lastError?.message.contains("1,000") == true)
    #expect(run.lastError?.notes.count == 6)
  }

  @Test func `versions follow names that hold networks`() {
    let session = Session(host: TestHost())
    session.bind("a", .number(1))
    #expect(session.versions(of: "a").isEmpty)
  }

  @Test func `a snapshot brings names and streams back`() {
    var run = Run("x = 1\na = random()")
    let snapshot = run.session.snapshot()
    run.add("x = 2\ny = 3\nb = random()")
    let drawn = run.text("b")
    run.session.restore(snapshot)
    #expect(run.text("x") == "1")
    #expect(run.session.value(of: "y") == nil)
    run.add("b = random()")
    #expect(run.text("b") == drawn)
  }

  @Test(arguments: [UInt64(1), 2, 42])
  func `cells have streams of their own`(seed: UInt64) {
    func drawn(_ cell: String) -> String? {
      let session = Session(host: TestHost(), seed: seed)
      session.beginCell(cell)
      let source = SourceFile(name: "t", text: "x = random()")
      let program = Parser.parse(source, vocabulary: Session.vocabulary)
      for statement in program.statements { session.execute(statement, of: program) }
      return session.value(of: "x").map { ValueText.text($0) }
    }
    #expect(drawn("a") == drawn("a"))
    #expect(drawn("a") != drawn("b"))
  }

  @Test func `a script with a mistake does not start`() {
    let host = TestHost()
    let session = Session(host: host)
    let outcome = session.run(SourceFile(name: "t", text: "print 1\nprint accuracyy"))
    #expect(outcome.exitCode == 1)
    #expect(host.lines.isEmpty)
    let broken = session.run(SourceFile(name: "t", text: "print 1\nx = )"))
    #expect(broken.exitCode == 2)
  }

  @Test func `a run stops at the first failure`() {
    let host = TestHost()
    let session = Session(host: host)
    let outcome = session.run(SourceFile(name: "t", text: "print 1\nx = 1 / 0\nprint 2"))
    #expect(outcome.exitCode == 1)
    #expect(host.lines.map(\.text) == ["1"])
  }

  @Test func `checking finds every unknown name once, and runs nothing`() {
    let host = TestHost()
    let session = Session(host: host)
    let found = session.check(
      SourceFile(
        name: "t",
        text: "print aa\nprint aa\nx = bb(1)\nlimit memry=1GiB\nfunc f() = later\nlater = 1"
      )
    )
    #expect(found.map(\.id) == ["unknown-name", "unknown-function", "unknown-option"])
    #expect(host.lines.isEmpty)
    #expect(session.names.isEmpty)
  }

  @Test func `names that another script may bind are not unknown`() {
    let session = Session(host: TestHost())
    let found = session.check(SourceFile(name: "t", text: "run \"other.jatai\"\nprint somewhere"))
    #expect(found.isEmpty)
  }

  @Test func `numbers of a line are told with their values`() {
    let run = Run("print \"x\" (1 / 3) 13.2KiB")
    let segments = run.outcomes.last?.output.first?.segments ?? []
    let numbers = segments.compactMap { segment -> Double? in
      if case .number(let value, _) = segment { value } else { nil }
    }
    #expect(numbers == [1.0 / 3, 13.2])
  }

  @Test func `staged files are written when the statement has succeeded`() throws {
    let host = TestHost()
    let session = Session(host: host)
    let range = SourceRange(0, 0)
    try session.stage([1, 2], to: "a.bin", at: range)
    #expect(try session.readFile("a.bin", at: range) == [1, 2])
    #expect(host.saved.isEmpty)
    try session.saveStaged(at: range)
    #expect(host.saved["a.bin"] == [1, 2])
  }
}
