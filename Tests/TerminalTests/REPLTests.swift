import Glibc
import TestSupport
import Testing

/// The built program at a pseudo-terminal: what is seen is what a person would see.
@Suite("REPL", .serialized, .enabled(if: BuiltProgram.path(named: "jatai") != nil))
struct REPLTests {
  static let environment = [
    "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": "/nonexistent", "JATAI_HISTORY": "",
    "PATH": "/usr/bin:/bin",
  ]

  /// The program behind its first prompt.
  private func conversation(
    _ changes: [String: String] = [:],
    columns: Int = 80,
    rows: Int = 24
  ) throws -> PseudoTerminal {
    let terminal = try #require(PseudoTerminal(columns: columns, rows: rows))
    let path = try #require(BuiltProgram.path(named: "jatai"))
    let environment = REPLTests.environment.merging(changes) { $1 }
    #expect(terminal.start(path, [], environment: environment))
    #expect(terminal.wait { $0.visible.last == "jatai[1]»" })
    return terminal
  }

  /// Runs a line of the shell and gives what it writes.
  private func shell(_ script: String, _ changes: [String: String] = [:]) throws -> String {
    let terminal = try #require(PseudoTerminal(columns: 200))
    let path = try #require(BuiltProgram.path(named: "jatai"))
    var environment = REPLTests.environment.merging(changes) { $1 }
    environment["JATAI"] = path
    #expect(terminal.start("/bin/sh", ["-c", script], environment: environment))
    _ = terminal.exitCode()
    return terminal.screen.everything
  }

  @Test
  func `a statement runs and the number goes on`() throws {
    let terminal = try conversation()
    terminal.type("print \"olá, 日本\"\r")
    #expect(terminal.wait { $0.visible.suffix(2) == ["olá, 日本", "jatai[2]»"] })
    terminal.type("quit\r")
    #expect(terminal.exitCode() == 0)
    #expect(terminal.screen.unknown == [])
    #expect(!terminal.screen.modes.contains("?2004"))
  }

  @Test
  func `an error keeps the session and is told in colour`() throws {
    let terminal = try conversation()
    terminal.type("expect 1 == 2\r")
    #expect(terminal.wait { $0.visible.last == "jatai[2]»" })
    #expect(terminal.screen.everything.contains("jatai[1]:1:"))
    #expect(terminal.transcriptText.contains("\u{1B}[1;31merror:"))
    terminal.type("\u{04}")
    #expect(terminal.exitCode() == 0)
  }

  @Test
  func `Ctrl-C cancels the line`() throws {
    let terminal = try conversation()
    terminal.type("half")
    #expect(terminal.wait { $0.visible.last == "jatai[1]» half" })
    terminal.type("\u{03}")
    #expect(terminal.wait { $0.visible.suffix(2) == ["jatai[1]» half^C", "jatai[1]»"] })
    terminal.type("\u{04}")
    #expect(terminal.exitCode() == 0)
  }

  @Test
  func `Ctrl-C stops the work and keeps the session`() throws {
    let terminal = try conversation()
    terminal.type("kept = 1\r")
    #expect(terminal.wait { $0.visible.last == "jatai[2]»" })
    terminal.type("while true { x = 1 }\r")
    #expect(terminal.wait { !$0.modes.contains("?2004") })
    usleep(100_000)
    terminal.type("\u{03}")
    #expect(terminal.wait { $0.visible.last == "jatai[3]»" })
    #expect(terminal.screen.everything.contains("interrupted"))
    terminal.type("print \"still here\"\r")
    #expect(terminal.wait { $0.visible.suffix(2) == ["still here", "jatai[4]»"] })
    terminal.type("\u{04}")
    #expect(terminal.exitCode() == 0)
  }

  @Test
  func `Ctrl-Z and fg bring the line back`() throws {
    let terminal = try #require(PseudoTerminal())
    let path = try #require(BuiltProgram.path(named: "jatai"))
    var environment = REPLTests.environment
    environment["PS1"] = "shell> "
    #expect(terminal.start("/bin/sh", ["-i"], environment: environment))
    #expect(terminal.wait { $0.visible.last == "shell>" })
    terminal.type(path + "\r")
    #expect(terminal.wait { $0.visible.last == "jatai[1]»" })
    terminal.type("print ")
    #expect(terminal.wait { $0.visible.last == "jatai[1]» print" })
    terminal.type("\u{1A}")
    #expect(terminal.wait { $0.visible.last == "shell>" })
    terminal.type("fg\r")
    #expect(terminal.wait { $0.visible.last == "jatai[1]» print" })
    terminal.type("\"back\"\r")
    #expect(terminal.wait { $0.visible.suffix(2) == ["back", "jatai[2]»"] })
    terminal.type("\u{04}")
    #expect(terminal.wait { $0.visible.last == "shell>" })
    terminal.type("exit\r")
    #expect(terminal.exitCode() == 0)
  }

  @Test
  func `a window that changes is drawn anew`() throws {
    let terminal = try conversation(columns: 30)
    let text = "print \"" + String(repeating: "abcdef ", count: 8) + "\""
    terminal.type(text)
    #expect(terminal.wait { Array($0.visible.suffix(4)) == ExpectedScreen(text, columns: 30).rows })
    terminal.resize(columns: 50, rows: 24)
    #expect(terminal.wait { Array($0.visible.suffix(2)) == ExpectedScreen(text, columns: 50).rows })
    terminal.type("\u{03}\u{04}")
    _ = terminal.wait { $0.visible.last == "jatai[1]»" }
    terminal.type("\u{04}")
    #expect(terminal.exitCode() == 0)
  }

  @Test
  func `words are completed from the tables and files in strings`() throws {
    let terminal = try conversation()
    terminal.type("predi\t")
    #expect(terminal.wait { $0.visible.last == "jatai[1]» predict" })
    terminal.type("\u{15}d = data\tiri\t")
    #expect(terminal.wait { $0.visible.last == "jatai[1]» d = dataset iris" })
    terminal.type("\u{15}dataset \"/etc/pass\twd\"")
    #expect(terminal.wait { $0.visible.last?.hasPrefix("jatai[1]» dataset \"/etc/passwd") == true })
    terminal.type("\u{15}network a {\r")
    #expect(terminal.wait { $0.visible.last == "jatai[1]» network a {" && $0.cursorColumn == 12 })
    terminal.type("inp\t28x28x1\r")
    #expect(terminal.wait { $0.visible.last?.contains("→ 28x28x1") == true })
    terminal.type("conv 4 3x3 pad=sa\tre\t")
    #expect(
      terminal.wait { $0.visible.last?.hasPrefix("conv 4 3x3 pad=same relu", at: 12) == true }
    )
    terminal.type("\u{03}")
    #expect(terminal.wait { $0.visible.last == "jatai[1]»" })
    terminal.type("\u{04}")
    #expect(terminal.exitCode() == 0)
  }

  /// A 3x3 window on 28x28 gives 26x26; 4 filters of 3 · 3 weights and a bias are 40 parameters,
  /// and 26 · 26 · 36 multiply-accumulates.
  @Test
  func `layer lines are answered while the block is open`() throws {
    let terminal = try conversation()
    terminal.type("network a {\r")
    #expect(terminal.wait { $0.cursorColumn == 12 && $0.visible.last == "jatai[1]» network a {" })
    terminal.type("input 28x28x1\r")
    #expect(terminal.wait { $0.visible.last?.hasSuffix("  → 28x28x1") == true })
    terminal.type("conv 4 3x3\r")
    let answer = "  → 26x26x4  40 parameters  24,336 MACs"
    #expect(terminal.wait { $0.visible.last?.hasSuffix(answer) == true })
    terminal.type("dense 10\r")
    #expect(terminal.wait { $0.visible.last?.contains("✗ 'dense' needs a flat input") == true })
    terminal.type("\u{03}")
    #expect(terminal.wait { $0.visible.last == "jatai[1]»" })
    terminal.type("\u{04}")
    #expect(terminal.exitCode() == 0)
  }

  @Test(arguments: ["C", "POSIX", "pt_BR.ISO-8859-1", ""])
  func `accents work in any locale`(locale: String) throws {
    let terminal = try conversation(["LANG": locale, "LC_ALL": locale])
    terminal.type("print \"não\u{7F}o\"\r")
    #expect(
      terminal.wait { $0.visible.suffix(3) == ["jatai[1]» print \"não\"", "não", "jatai[2]»"] }
    )
    terminal.type("\u{04}")
    #expect(terminal.exitCode() == 0)
  }

  @Test
  func `NO_COLOR leaves no colour`() throws {
    let terminal = try conversation(["NO_COLOR": "1"])
    terminal.type("print \"x\"\r")
    #expect(terminal.wait { $0.visible.last == "jatai[2]»" })
    terminal.type("\u{04}")
    #expect(terminal.exitCode() == 0)
    #expect(terminal.transcriptText.firstMatch(of: #/\e\[[0-9;]*m/#) == nil)
  }

  @Test(arguments: ["dumb", "", "no-such-terminal"])
  func `a terminal without sequences gets none`(term: String) throws {
    let terminal = try conversation(["TERM": term])
    terminal.type("print [1,\n")
    terminal.type("2]\n")
    #expect(terminal.wait { $0.visible.last == "jatai[2]»" })
    terminal.type("\u{04}")
    #expect(terminal.exitCode() == 0)
    #expect(!terminal.transcriptText.contains("\u{1B}"))
  }

  @Test
  func `history is kept between sessions`() throws {
    let path = "/tmp/jatai-repl-history-\(getpid())"
    defer { remove(path) }
    let first = try conversation(["JATAI_HISTORY": path])
    first.type("print \"one\"\r")
    #expect(first.wait { $0.visible.last == "jatai[2]»" })
    first.type("\u{04}")
    #expect(first.exitCode() == 0)
    let second = try conversation(["JATAI_HISTORY": path])
    second.type("\u{1B}[A")
    #expect(second.wait { $0.visible.last == "jatai[1]» print \"one\"" })
    second.type("\u{03}")
    #expect(second.wait { $0.visible.last == "jatai[1]»" })
    second.type("\u{04}")
    #expect(second.exitCode() == 0)
  }

  @Test
  func `a pipe gets no prompt and no sequence`() throws {
    let output = try shell(
      "printf 'print \"a\"\\nx = [1,\\n2]\\nprint \"b\"' | $JATAI 2>&1 | cat -v; echo end"
    )
    #expect(output == "a\nb\nend\n" || output == "a\nb\nend")
  }

  @Test(arguments: [
    ("print \"a\"\\n", "a,0"), ("print \"a\"\\nquit\\nprint \"b\"\\n", "a,0"),
    ("print \"a\"\\nexpect 1 == 2\\nprint \"b\"\\n", "a,1"),
    ("print \"a\"\\nprint )\\nprint \"b\"\\n", "a,2"),
    ("", "0"), ("print \"a\"\\nx = {\\n", "a,2"),
  ])
  func `the first statement that fails gives the exit code`(script: String, answer: String) throws {
    let output = try shell("printf '\(script)' | $JATAI 2>/dev/null; echo $?")
    #expect(output.split(separator: "\n").joined(separator: ",") == answer)
  }

  @Test
  func `the line of an error is counted from the beginning of the pipe`() throws {
    let output = try shell(
      "printf '\\n\\nprint \"a\"\\nx = [1,\\n2]\\nexpect 1 == 2\\n' | $JATAI 2>&1 | cat"
    )
    #expect(output.contains("<stdin>:6:"))
  }

  @Test
  func `a statement is answered before the next is sent`() throws {
    let output = try shell(
      "(echo 'print \"first\"'; sleep 1; echo 'print \"second\"') | $JATAI"
        + " | (read a; echo \"$a at once\"; cat)"
    )
    #expect(output.hasPrefix("first at once\nsecond"))
  }
}

extension String {
  /// Whether `text` stands behind the first `count` characters.
  fileprivate func hasPrefix(_ text: String, at count: Int) -> Bool {
    dropFirst(count).hasPrefix(text)
  }
}
