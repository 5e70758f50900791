import CEdit
import Glibc
import Scripting

/// An editor of statements of one or several rows on a screen.
///
/// libedit keeps the text, maps keys to functions (also those of the user's `~/.editrc`) and sets
/// the terminal's mode. Reading keys and drawing are done here, because libedit 3.1 draws wrapped
/// lines wrongly, cannot show a text taller than the screen, and knows neither colour nor
/// bracketed paste; its own drawing goes to `/dev/null`.
public final class LineEditor: LineReading {
  /// What the editor asks about its text.
  public var assistance = EditorAssistance()

  let device: TerminalDevice
  let input: TerminalInput
  let editor: OpaquePointer
  var history: InputHistory
  var painter: Painter
  /// What ^K, ^U and ^W took last.
  var killed: [Unicode.Scalar] = []
  /// How the current `readLine()` ended.
  var outcome: ReadResult?
  private let nowhere: UnsafeMutablePointer<FILE>
  private let historyFile: HistoryFile?
  private var prompt = Prompt([])
  /// Scalars to hand out before reading more: the rest of a sequence, or a key to be read again.
  private var pending: [Unicode.Scalar] = []

  /// Indentation of one level of brackets.
  static let indentation = 2

  /// Makes an editor on two descriptors of one terminal; nil where libedit cannot edit, because
  /// there is no screen or `~/.editrc` says `edit off`.
  ///
  /// - Parameters:
  ///   - program: the word that limits lines of `~/.editrc` to this program.
  ///   - input: where keys come from.
  ///   - device: where the text is shown.
  ///   - historyFile: where entries are kept, if anywhere.
  public convenience init?(
    program: String,
    input: Int32 = STDIN_FILENO,
    device: TerminalDevice,
    historyFile: HistoryFile?
  ) {
    self.init(
      program: program,
      input: input,
      signals: TerminalSignals.descriptor,
      device: device,
      historyFile: historyFile
    )
  }

  /// The same with the descriptor that signals come from.
  init?(
    program: String,
    input: Int32,
    signals: Int32,
    device: TerminalDevice,
    historyFile: HistoryFile?
  ) {
    guard device.kind == .screen, isatty(input) == 1, let stream = fopen("/dev/null", "r+") else {
      return nil
    }
    TerminalDevice.useUnicode()
    guard
      let editor = el_init_fd(program, stream, stream, stream, input, device.descriptor, -1)
    else {
      fclose(stream)
      return nil
    }
    nowhere = stream
    self.editor = editor
    self.device = device
    self.input = TerminalInput(descriptor: input, signals: signals)
    self.historyFile = historyFile
    history = InputHistory(entries: historyFile?.entries() ?? [])
    painter = Painter(device: device)
    ce_set_data(editor, Unmanaged.passUnretained(self).toOpaque())
    ce_set_int(editor, EL_SIGNAL, 0)
    ce_set_string(editor, EL_EDITOR, "emacs")
    ce_set_reader(editor) { handle, scalar in
      guard let scalar, let editor = LineEditor.of(handle) else { return -1 }
      return editor.readScalar(into: scalar)
    }
    EditorKeys.bind(in: editor)
    guard ce_get_int(editor, EL_EDITMODE) != 0 else { return nil }
  }

  deinit {
    el_end(editor)
    fclose(nowhere)
  }

  /// The editor that a libedit callback belongs to.
  static func of(_ handle: OpaquePointer?) -> LineEditor? {
    guard let data = ce_data(handle) else { return nil }
    return Unmanaged<LineEditor>.fromOpaque(data).takeUnretainedValue()
  }

  /// Sets what is shown before the text from the next `readLine()` on.
  public func setPrompt(_ prompt: Prompt) {
    self.prompt = prompt
  }

  /// Remembers an entry, in memory and in the history's file.
  public func addHistory(_ entry: String) {
    if history.add(entry) { historyFile?.append(entry) }
  }

  /// Lets the user edit a text until it is accepted, cancelled or ended.
  public func readLine() -> ReadResult {
    outcome = nil
    input.dropSignals()
    history.leave()
    device.write(LineEditor.pasteOn)
    TerminalSignals.catchingSuspension {
      var count: Int32 = 0
      el_wgets(editor, &count)
    }
    let result = outcome ?? .end
    switch result {
    case .line:
      break
    case .interrupted:
      paint(withHint: false)
      painter.finish("^C")
      el_reset(editor)
    case .end:
      painter.finish()
    }
    device.write(LineEditor.pasteOff)
    Interrupt.clear()
    return result
  }

  private static let pasteOn = "\u{1B}[?2004h"
  private static let pasteOff = "\u{1B}[?2004l"
}

/// The text being edited.
extension LineEditor {
  /// The scalars of the text.
  var scalars: [Unicode.Scalar] {
    guard let line = el_wline(editor)?.pointee else { return [] }
    return UnsafeBufferPointer(start: line.buffer, count: line.lastchar - line.buffer)
      .map { Unicode.Scalar(UInt32(bitPattern: $0)) ?? "\u{FFFD}" }
  }

  /// Index of the scalar that the cursor stands on.
  var cursor: Int {
    guard let line = el_wline(editor)?.pointee else { return 0 }
    return line.cursor - line.buffer
  }

  /// The text, and the index of its scalar that the cursor stands on.
  var text: String { LineEditor.string(scalars[...]) }

  static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// Puts `replacement` in place of the scalars of `range`, and the cursor behind it.
  func replace(_ range: Range<Int>, with replacement: [Unicode.Scalar]) {
    move(to: range.upperBound)
    if !range.isEmpty { el_deletestr(editor, Int32(range.count)) }
    guard !replacement.isEmpty else { return }
    let wide = replacement.map { wchar_t(bitPattern: $0.value) } + [0]
    el_winsertstr(editor, wide)
  }

  /// Puts `replacement` in place of the whole text.
  func replaceAll(with replacement: String) {
    replace(0..<scalars.count, with: Array(replacement.unicodeScalars))
  }

  /// Moves the cursor to the scalar with index `target`.
  func move(to target: Int) {
    el_cursor(editor, Int32(target - cursor))
  }
}

/// Reading keys.
extension LineEditor {
  /// libedit's reader: gives one scalar; paints first if the user has to be waited for.
  ///
  /// - Returns: 1 for a scalar, 0 at the end of input, -1 to leave the line; libedit's contract.
  func readScalar(into scalar: UnsafeMutablePointer<wchar_t>) -> Int32 {
    switch readKey() {
    case .scalar(let value):
      scalar.pointee = wchar_t(bitPattern: value.value)
      return 1
    case .sequence(let sequence):
      pending = Array(sequence.unicodeScalars.dropFirst())
      scalar.pointee = 0x1B
      return 1
    case .interrupted:
      outcome = .interrupted
      return -1
    case .end:
      outcome = .end
      return 0
    }
  }

  /// A key as it is read, before libedit's map.
  enum Key: Equatable {
    case scalar(Unicode.Scalar)
    /// An escape sequence that has a meaning here; others are passed over.
    case sequence(String)
    case interrupted
    case end
  }

  /// The next key; `draw` shows the state while waiting for it.
  func readKey(draw: ((LineEditor) -> Void)? = nil) -> Key {
    if !pending.isEmpty { return .scalar(pending.removeFirst()) }
    let draw = draw ?? { $0.paint() }
    while true {
      if !input.hasPending { draw(self) }
      switch input.next() {
      case .byte(0x1B):
        guard let bytes = input.escapeSequence() else { return .scalar("\u{1B}") }
        let sequence = String(decoding: bytes, as: UTF8.self)
        if EditorKeys.sequences.contains(sequence) { return .sequence(sequence) }
      case .byte(let byte):
        if let scalar = scalar(beginningWith: byte) { return .scalar(scalar) }
      case .signal(.interrupt):
        return .interrupted
      case .signal(.resize):
        let size = device.size
        painter.eraseAfterResize(columns: size.columns, height: size.rows)
        // libedit's picture of the screen must be made anew, or it writes outside its arrays.
        el_resize(editor)
        ce_refresh(editor)
        draw(self)
      case .signal(.suspend):
        suspend()
      case .signal(.resumed):
        resume()
      case .timeout:
        continue
      case .end:
        return .end
      }
    }
  }

  /// Lets the next read of a key give these scalars.
  func readAgain(_ scalars: some Sequence<Unicode.Scalar>) {
    pending = Array(scalars) + pending
  }

  /// Assembles UTF-8; bytes that are none are passed over.
  private func scalar(beginningWith byte: UInt8) -> Unicode.Scalar? {
    guard byte >= 0x80 else { return Unicode.Scalar(byte) }
    let count = (~byte).leadingZeroBitCount
    guard (2...4).contains(count) else { return nil }
    var bytes = [byte]
    while bytes.count < count {
      guard case .byte(let next) = input.next(timeout: TerminalInput.sequencePause) else {
        return nil
      }
      guard (0x80...0xBF).contains(next) else {
        input.giveBack()
        return nil
      }
      bytes.append(next)
    }
    return String(validating: bytes, as: UTF8.self)?.unicodeScalars.first
  }

  /// Gives the terminal back to the shell until the process is continued.
  private func suspend() {
    paint(withHint: false)
    painter.finish()
    device.write(LineEditor.pasteOff)
    ce_set_int(editor, EL_PREP_TERM, 0)
    kill(getpid(), SIGSTOP)
  }

  /// Takes the terminal after the process was continued; the shell had it meanwhile.
  private func resume() {
    ce_set_int(editor, EL_PREP_TERM, 0)
    ce_set_int(editor, EL_PREP_TERM, 1)
    device.write(LineEditor.pasteOn)
    painter.forget()
  }
}

/// Drawing.
extension LineEditor {
  /// Shows the text as it is now.
  func paint(withHint: Bool = true) {
    let scalars = scalars
    let text = LineEditor.string(scalars[...])
    var content = ScreenLayout.Content(prompt: prompt, text: scalars, cursor: cursor)
    if device.usesColor { content.styles = assistance.styles(text) }
    content.remarks = assistance.remarks(text)
    if withHint { content.hint = hint(for: text, scalarCount: scalars.count) }
    show(content)
  }

  /// Shows any content in the place of the text.
  func show(_ content: ScreenLayout.Content) {
    let size = device.size
    let layout = ScreenLayout(content, columns: size.columns, colored: device.usesColor)
    painter.draw(layout, height: size.rows)
  }

  /// Without colour an offer could not be told from text, so there is none.
  func hint(for text: String, scalarCount: Int) -> String {
    guard device.usesColor, cursor == scalarCount, !text.contains("\n") else { return "" }
    let hint = history.continuation(of: text) ?? assistance.hint(text)
    return String(hint.prefix { $0 != "\n" })
  }
}
