import Diagnostics
import Scripting
import Testing

/// Two networks in competition, as a session keeps or undoes them.
@Suite struct AdversarialSessionTests {
  private static let networks = """
    ring = dataset ring samples=64
    network g { input 2; dense 8 relu; dense 2 }
    network d { input 2; dense 8 relu; dense 1 sigmoid }
    """

  private static func session(_ host: TestHost) -> Session {
    let session = Session(host: host)
    session.beginCell("session")
    _ = session.run(SourceFile(name: "networks", text: networks))
    return session
  }

  private static func shown(_ session: Session, _ expression: String) -> String {
    let outcome = session.run(SourceFile(name: "shown", text: "print \(expression)"))
    return outcome.statements.flatMap(\.output).map(\.text).joined()
  }

  @Test func `an interruption keeps the whole epochs of both networks`() {
    let host = TestHost()
    let session = Self.session(host)
    // Two steps an epoch; the flag is asked for before each.
    host.looksBeforeInterruption = 9
    _ = session.run(SourceFile(name: "s", text: "train g against d on ring epochs=90 seed=1"))
    host.looksBeforeInterruption = nil
    let epochs = Self.shown(session, "g.training.epochs")
    #expect((1...4).contains(Int(epochs) ?? 0), "\(epochs)")
    #expect(Self.shown(session, "d.training.epochs") == epochs)
    let digests = Self.shown(session, "digest(g) digest(d)")

    let other = Self.session(TestHost())
    _ = other.run(
      SourceFile(name: "s", text: "train g against d on ring epochs=\(epochs) seed=1")
    )
    #expect(Self.shown(other, "digest(g) digest(d)") == digests)
  }

  @Test func `a loss that is not finite leaves both networks as they were`() {
    let session = Self.session(TestHost())
    // Without a sigmoid and with squares, a rate this large doubles the error at every step.
    _ = session.run(
      SourceFile(name: "d", text: "network d { input 2; dense 8 relu; dense 1 }")
    )
    let before = Self.shown(session, "digest(g) digest(d)")
    let outcome = session.run(
      SourceFile(
        name: "s",
        text: "train g against d on ring epochs=60 rate=1000 optimizer=sgd loss=squared"
      )
    )
    #expect(outcome.exitCode == 1)
    #expect(Self.shown(session, "digest(g) digest(d)") == before)
  }
}
