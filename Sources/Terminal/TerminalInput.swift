import Glibc

/// Bytes of a terminal or pipe, read together with the signals that arrive meanwhile.
final class TerminalInput {
  /// What ended the wait.
  enum Event: Equatable {
    case byte(UInt8)
    case signal(TerminalSignal)
    /// Nothing came in the time given.
    case timeout
    /// The other side has closed.
    case end
  }

  /// How long the rest of an escape sequence may take; a person's Escape key takes longer.
  static let sequencePause: Int32 = 50

  private let descriptor: Int32
  private let signals: Int32
  private var buffer: [UInt8] = []
  private var head = 0

  /// Reads `descriptor`, and signals as bytes from `signals`; both stay the caller's to close.
  init(descriptor: Int32, signals: Int32 = TerminalSignals.descriptor) {
    self.descriptor = descriptor
    self.signals = signals
  }

  /// Whether a byte can be had without waiting.
  var hasPending: Bool {
    if head < buffer.count { return true }
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  /// The next byte or signal; waits for ever when `timeout` (milliseconds) is negative.
  func next(timeout: Int32 = -1) -> Event {
    if head < buffer.count { return takeByte() }
    while true {
      var requests = [
        pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&requests, 2, timeout)
      if ready == 0 { return .timeout }
      if ready < 0 {
        if errno == EINTR { continue }
        return .end
      }
      if requests[0].revents & Int16(POLLIN) != 0, let signal = takeSignal() {
        return .signal(signal)
      }
      guard requests[1].revents != 0 else { continue }
      guard fill() else { return .end }
      return takeByte()
    }
  }

  /// Reads the rest of an escape sequence whose ESC has been read.
  ///
  /// - Returns: nil for ESC alone or before another key (which stays unread); else the whole
  ///   sequence, ESC included: `ESC [ parameters final` (ECMA-48, 5.4) or `ESC O final`.
  func escapeSequence() -> [UInt8]? {
    guard case .byte(let introducer) = next(timeout: TerminalInput.sequencePause) else {
      return nil
    }
    guard introducer == UInt8(ascii: "[") || introducer == UInt8(ascii: "O") else {
      giveBack()
      return nil
    }
    var sequence = [0x1B, introducer]
    while case .byte(let byte) = next(timeout: TerminalInput.sequencePause) {
      sequence.append(byte)
      if introducer == UInt8(ascii: "O") || (0x40...0x7E).contains(byte) { return sequence }
      guard (0x20...0x3F).contains(byte) else { return sequence }
    }
    return sequence
  }

  /// Reads what a bracketed paste holds, up to its end mark, a signal or the end of input.
  func pastedBytes() -> [UInt8] {
    let mark = Array("\u{1B}[201~".utf8)
    var bytes: [UInt8] = []
    while case .byte(let byte) = next() {
      bytes.append(byte)
      if byte == mark[mark.count - 1], bytes.suffix(mark.count).elementsEqual(mark) {
        bytes.removeLast(mark.count)
        break
      }
    }
    return bytes
  }

  /// Lets the byte that was taken last be taken again.
  func giveBack() {
    head -= 1
  }

  /// Forgets signals that came while nobody read: the statement that ran has acted on them.
  func dropSignals() {
    var chunk = [UInt8](repeating: 0, count: 64)
    var request = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
    while poll(&request, 1, 0) > 0, read(signals, &chunk, chunk.count) > 0 {}
  }

  private func takeByte() -> Event {
    let byte = buffer[head]
    head += 1
    return .byte(byte)
  }

  private func takeSignal() -> TerminalSignal? {
    var byte: UInt8 = 0
    guard read(signals, &byte, 1) == 1 else { return nil }
    return TerminalSignal(rawValue: byte)
  }

  private func fill() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count > 0 {
        buffer = Array(chunk[0..<count])
        head = 0
        return true
      }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      return false
    }
  }
}
