extension Session {
  /// Whether a long computation should stop: the user has asked, or the statement's time is up.
  var mustStop: Bool {
    if host.isInterrupted { return true }
    guard let limit = timeLimit else { return false }
    return host.seconds - startedAt > limit
  }
}
