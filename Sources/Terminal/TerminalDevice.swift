import Glibc

/// What is known about the terminal behind a descriptor.
public struct TerminalDevice: Sendable {
  /// How much of a terminal it is.
  public enum Kind: Sendable {
    /// A file or pipe.
    case none
    /// A terminal that understands no control sequences, as inside an editor's shell window.
    case dumb
    /// A terminal that understands ECMA-48 sequences.
    case screen
  }

  /// The descriptor that is written to.
  public let descriptor: Int32
  /// Whether sequences may be sent.
  public let kind: Kind
  /// Whether colours may be sent: a screen, and `NO_COLOR` unset or empty (no-color.org).
  public let usesColor: Bool

  /// Looks at `descriptor` and at the variables `TERM` and `NO_COLOR`.
  public init(descriptor: Int32) {
    self.init(
      descriptor: descriptor,
      term: TerminalDevice.variable("TERM"),
      noColor: TerminalDevice.variable("NO_COLOR")
    )
  }

  /// The same with the variables' values given.
  init(descriptor: Int32, term: String?, noColor: String?) {
    self.descriptor = descriptor
    if isatty(descriptor) == 0 {
      kind = .none
    } else {
      kind = TerminalDevice.understandsSequences(term ?? "") ? .screen : .dumb
    }
    usesColor = kind == .screen && (noColor ?? "").isEmpty
  }

  /// Columns and rows now; 80 by 24 where the terminal does not say.
  public var size: (columns: Int, rows: Int) {
    var window = winsize()
    guard
      ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0,
      window.ws_col > 0, window.ws_row > 0
    else { return (80, 24) }
    return (Int(window.ws_col), Int(window.ws_row))
  }

  /// Writes all of `text`; gives up silently when the other side has gone.
  public func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(
          descriptor,
          bytes.baseAddress?.advanced(by: written),
          bytes.count - written
        )
        if count > 0 {
          written += count
        } else if errno == EAGAIN {
          var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&request, 1, -1)
        } else if errno != EINTR {
          return
        }
      }
    }
  }

  /// An environment variable's value.
  static func variable(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    return String(cString: value)
  }

  /// Makes the character type locale UTF-8 whatever the environment says, because scripts are.
  static func useUnicode() {
    if setlocale(LC_CTYPE, "") != nil, String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8" {
      return
    }
    setlocale(LC_CTYPE, "C.UTF-8")
  }

  /// First words of `TERM` of terminals known to follow ECMA-48, so that a machine without a
  /// terminfo data base still edits.
  private static let families = [
    "alacritty", "ansi", "contour", "cygwin", "dtterm", "eterm", "foot", "ghostty", "gnome",
    "iterm", "konsole", "kitty", "linux", "mintty", "mlterm", "ms", "nsterm", "putty", "rio",
    "rxvt", "screen", "st", "teraterm", "terminator", "terminology", "tmux", "vscode", "vt100",
    "vt102", "vt220", "vt320", "vt420", "vt520", "vte", "wezterm", "xterm",
  ]

  private static func understandsSequences(_ term: String) -> Bool {
    guard let first = term.first, term != "dumb", term != "emacs", term != "unknown" else {
      return false
    }
    let family = term.prefix { $0 != "-" && $0 != "." && $0 != "+" }.lowercased()
    if families.contains(family) { return true }
    guard !term.contains("/") else { return false }
    let folders =
      [variable("TERMINFO"), variable("HOME").map { $0 + "/.terminfo" }]
      .compactMap(\.self) + ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"]
    return folders.contains { access("\($0)/\(first)/\(term)", R_OK) == 0 }
  }
}
