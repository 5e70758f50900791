import CEdit

/// Keys of the editor and the functions they call.
enum EditorKeys {
  /// A function of the editor that libedit may call, with its name for `~/.editrc`.
  private struct Function {
    let name: String
    let help: String
    let keys: [String]
    let call: @convention(c) (OpaquePointer?, Int32) -> UInt8
  }

  /// Escape sequences that mean something; all others are passed over.
  ///
  /// xterm's and the Linux console's names for the same key are both there.
  static let sequences: Set<String> = Set(
    (functions.flatMap(\.keys) + builtIn.map(\.key)).filter { $0.hasPrefix("\u{1B}") }
  )

  /// Functions of this editor.
  private static let functions = [
    Function(name: "jatai-enter", help: "run the text, or begin another row", keys: ["\r", "\n"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.enter() }
    },
    Function(name: "jatai-newline", help: "begin another row", keys: ["\u{1B}\r", "\u{1B}\n"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.insertRow() }
    },
    Function(
      name: "jatai-up",
      help: "row above, or older entry",
      keys: ["\u{1B}[A", "\u{1B}OA", "\u{10}"]
    ) {
      editor,
      _ in LineEditor.perform(editor) { $0.moveUp() }
    },
    Function(
      name: "jatai-down",
      help: "row below, or newer entry",
      keys: ["\u{1B}[B", "\u{1B}OB", "\u{0E}"]
    ) {
      editor,
      _ in LineEditor.perform(editor) { $0.moveDown() }
    },
    Function(
      name: "jatai-left",
      help: "previous character",
      keys: ["\u{1B}[D", "\u{1B}OD", "\u{02}"]
    ) {
      editor,
      _ in LineEditor.perform(editor) { $0.moveLeft() }
    },
    Function(
      name: "jatai-right",
      help: "next character, or take the hint",
      keys: ["\u{1B}[C", "\u{1B}OC", "\u{06}"]
    ) {
      editor,
      _ in LineEditor.perform(editor) { $0.moveRight() }
    },
    Function(
      name: "jatai-row-start",
      help: "start of the row",
      keys: ["\u{1B}[H", "\u{1B}OH", "\u{1B}[1~", "\u{1B}[7~", "\u{01}"]
    ) {
      editor,
      _ in LineEditor.perform(editor) { $0.moveToRowStart() }
    },
    Function(
      name: "jatai-row-end",
      help: "end of the row, or take the hint",
      keys: ["\u{1B}[F", "\u{1B}OF", "\u{1B}[4~", "\u{1B}[8~", "\u{05}"]
    ) {
      editor,
      _ in LineEditor.perform(editor) { $0.moveToRowEnd() }
    },
    Function(
      name: "jatai-delete-back",
      help: "delete the character before",
      keys: ["\u{7F}", "\u{08}"]
    ) {
      editor,
      _ in LineEditor.perform(editor) { $0.deleteBackward() }
    },
    Function(name: "jatai-delete", help: "delete the character under", keys: ["\u{1B}[3~"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.deleteForward() }
    },
    Function(
      name: "jatai-delete-or-end",
      help: "delete the character under, or leave",
      keys: ["\u{04}"]
    ) {
      editor,
      _ in LineEditor.perform(editor) { $0.deleteOrEnd() }
    },
    Function(name: "jatai-kill-row-end", help: "cut to the end of the row", keys: ["\u{0B}"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.killToRowEnd() }
    },
    Function(name: "jatai-kill-row-start", help: "cut to the start of the row", keys: ["\u{15}"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.killToRowStart() }
    },
    Function(name: "jatai-kill-word", help: "cut the word before", keys: ["\u{17}"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.killWord() }
    },
    Function(name: "jatai-yank", help: "put back what was cut", keys: ["\u{19}"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.yank() }
    },
    Function(name: "jatai-close", help: "insert a bracket and step out", keys: ["}", "]", ")"]) {
      editor,
      key in LineEditor.perform(editor) { $0.insertClosing(UInt8(truncatingIfNeeded: key)) }
    },
    Function(name: "jatai-complete", help: "complete the word", keys: ["\t"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.complete() }
    },
    Function(name: "jatai-search", help: "search older entries", keys: ["\u{12}"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.search() }
    },
    Function(name: "jatai-clear", help: "clear the screen", keys: ["\u{0C}"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.clearScreen() }
    },
    Function(name: "jatai-paste", help: "insert what is pasted", keys: ["\u{1B}[200~"]) {
      editor,
      _ in LineEditor.perform(editor) { $0.paste() }
    },
  ]

  /// libedit's own functions on keys that it does not bind itself.
  private static let builtIn = [
    (key: "\u{1B}[1;5C", name: "em-next-word"), (key: "\u{1B}[1;3C", name: "em-next-word"),
    (key: "\u{1B}[1;5D", name: "ed-prev-word"), (key: "\u{1B}[1;3D", name: "ed-prev-word"),
  ]

  /// Binds all keys, and then sources `~/.editrc`, so that the user's bindings win.
  ///
  /// `bind -v` there sets all keys to those of vi: ours are then bound once more in both of its
  /// maps, but for `]`, `}`, `)` and the control keys, which have meanings of their own in commands.
  static func bind(in editor: OpaquePointer) {
    for function in functions {
      ce_add_function(editor, function.name, function.help, function.call)
    }
    bindKeys(in: editor)
    el_source(editor, nil)
    guard let name = ce_get_string(editor, EL_EDITOR), String(cString: name) == "vi" else { return }
    bindKeys(in: editor)
    for function in functions {
      for key in function.keys where key.hasPrefix("\u{1B}[") || key == "\r" || key == "\n" {
        ce_bind_alternative(editor, notation(key), function.name)
      }
    }
    for (key, name) in [
      ("k", "jatai-up"), ("j", "jatai-down"), ("-", "jatai-up"), ("+", "jatai-down"),
    ] {
      ce_bind_alternative(editor, key, name)
    }
  }

  private static func bindKeys(in editor: OpaquePointer) {
    for function in functions {
      for key in function.keys { ce_bind(editor, notation(key), function.name) }
    }
    for (key, name) in builtIn { ce_bind(editor, notation(key), name) }
  }

  /// libedit writes control characters in octal.
  private static func notation(_ key: String) -> String {
    key.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar.value < 0x20 || scalar.value == 0x7F {
        let octal = String(scalar.value, radix: 8)
        result += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
}

extension LineEditor {
  /// What a key function tells libedit.
  enum Answer: UInt8 {
    /// The text or the cursor has changed, or nothing has.
    case changed = 4
    /// The line is done: CC_NEWLINE.
    case accepted = 1
    /// There is no more: CC_EOF.
    case ended = 2
  }

  /// Calls a function of the editor that a libedit callback belongs to.
  static func perform(_ handle: OpaquePointer?, _ body: (LineEditor) -> Answer) -> UInt8 {
    guard let editor = of(handle) else { return Answer.ended.rawValue }
    return body(editor).rawValue
  }
}
