import Glibc
import Synchronization
import TestSupport

@testable import Terminal

/// A `LineEditor` that runs in a thread of its own on a pseudo-terminal.
final class EditorHarness {
  /// What the editor's thread shares with the test.
  private final class Shared: Sendable {
    let descriptor: Int32
    let signals: Int32
    let color: Bool
    let historyPath: String?
    let configure: @Sendable (LineEditor) -> Void
    let results = Mutex<[ReadResult]>([])
    let isDone = Atomic<Bool>(false)

    init(
      descriptor: Int32,
      signals: Int32,
      color: Bool,
      historyPath: String?,
      configure: @escaping @Sendable (LineEditor) -> Void
    ) {
      self.descriptor = descriptor
      self.signals = signals
      self.color = color
      self.historyPath = historyPath
      self.configure = configure
    }

    func run() {
      let device = TerminalDevice(descriptor: descriptor, term: "xterm", noColor: color ? nil : "1")
      let file = historyPath.map { HistoryFile(path: $0) }
      if let editor = LineEditor(
        program: "jatai-test",
        input: descriptor,
        signals: signals,
        device: device,
        historyFile: file
      ) {
        configure(editor)
        var number = 1
        while true {
          editor.setPrompt(.statement(number))
          let result = editor.readLine()
          results.withLock { $0.append(result) }
          if result == .end { break }
          if case .line(let text) = result { editor.addHistory(text) }
          number += 1
        }
      }
      isDone.store(true, ordering: .releasing)
    }
  }

  let terminal: PseudoTerminal
  private let shared: Shared
  private let signals: Int32

  init?(
    columns: Int = 80,
    rows: Int = 24,
    color: Bool = false,
    historyPath: String? = nil,
    configure: @escaping @Sendable (LineEditor) -> Void = { _ in }
  ) {
    guard let terminal = PseudoTerminal(columns: columns, rows: rows) else { return nil }
    self.terminal = terminal
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    signals = ends[1]
    shared = Shared(
      descriptor: terminal.programSide,
      signals: ends[0],
      color: color,
      historyPath: historyPath,
      configure: configure
    )
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(shared).toOpaque()
    pthread_create(
      &thread,
      nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Shared>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      },
      argument
    )
    pthread_detach(thread)
    guard terminal.wait(until: { $0.visible == ["jatai[1]»"] }) else { return nil }
  }

  /// Cancels what is being typed and ends the editor's thread.
  func close() {
    let count = results.count
    post(.interrupt)
    _ = terminal.wait { _ in results.count > count }
    waitForPrompt()
    terminal.type("\u{04}")
    _ = terminal.wait { _ in shared.isDone.load(ordering: .acquiring) }
    Glibc.close(signals)
    Glibc.close(shared.signals)
  }

  /// Tells the editor that a signal has come.
  func post(_ signal: TerminalSignal) {
    var byte = signal.rawValue
    write(signals, &byte, 1)
  }

  /// What `readLine` has returned so far.
  var results: [ReadResult] { shared.results.withLock { $0 } }

  /// Types keys and waits until the screen shows exactly `rows`.
  func type(_ keys: String, shows rows: [String]) -> Bool {
    terminal.type(keys)
    return terminal.wait(seconds: 5) { $0.visible == rows }
  }

  /// Between two prompts the terminal keeps its own habits, such as echoing what is typed.
  private func waitForPrompt() {
    let prompt = "jatai[\(results.count + 1)]»"
    _ = terminal.wait { $0.visible.last == prompt }
  }

  /// Types keys, waits for the next result and, unless it is the last, for the next prompt.
  func result(of keys: String) -> ReadResult? {
    let count = results.count
    terminal.type(keys)
    guard terminal.wait(seconds: 10, until: { _ in results.count > count }) else { return nil }
    if results.last != .end { waitForPrompt() }
    return results.last
  }
}
