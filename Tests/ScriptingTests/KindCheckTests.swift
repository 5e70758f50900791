import Diagnostics
import Scripting
import Testing

/// Kinds that a check finds wrong before anything runs; what each kind may be is read off
/// `Docs/Commands.md`.
@Suite struct KindCheckTests {
  private static let start = """
    d = dataset iris
    network base { input 4; dense 3 softmax }

    """

  /// The messages about a script that follows `start`, each with the words it points at.
  private func found(_ script: String) -> [String] {
    let source = SourceFile(name: "t", text: KindCheckTests.start + script)
    return Session(host: TestHost()).check(source)
      .map { "\($0.id) '\(source.text(of: $0.range))'" }
  }

  @Test(arguments: [
    ("train d on d", "wrong-kind 'd'"),
    ("evaluate base on base", "wrong-kind 'base'"),
    ("lite = quantize base to int8 calibrate=d\ntrain lite on d", "inference-only 'lite'"),
    ("x = accuracy(d, base)", "wrong-kind 'd'"),
    ("p = prune (tensor [[1, 2]]) to 50%\nevaluate p on d", "wrong-kind 'p'"),
    ("n = \"3\"\ntrain base on d epochs=n", "wrong-kind 'n'"),
    ("for i in 1..2 { e = dataset iris; train e on e }", "wrong-kind 'e'"),
    ("if true { e = d } else { e = dataset wine }\ntrain e on d", "wrong-kind 'e'"),
    ("sweep s in [1] { q = prune base to 50%; ({ a: accuracy(q, q) }) }", "wrong-kind 'q'"),
    ("d | train on d", "wrong-kind 'd'"),
    ("check \"c\" { expect accuracy(base, base) > 1 }", "wrong-kind 'base'"),
    ("print \"\\(accuracy(d, d))\"", "wrong-kind 'd'"),
  ])
  func `a value of the wrong kind is found where it stands`(script: String, message: String) {
    #expect(found(script) == [message])
  }

  @Test(arguments: [
    "if true { e = base } else { e = d }\ntrain e on d",
    "func improve(n, data) { return train n on data }\nbetter = improve(base, d)",
    "for n in [base] { train n on d }",
    "e = d\nfor i in 1..2 { train base on e; e = d.train }",
    "q = quantize (tensor [[1, 2]]) to 2bit\nprint q.error",
    "n = 3\ntrain base on d epochs=n batch=(2 * n)",
    "base | prune to 50% | train on d",
    "print zip([1], [2]) zip(base)",
    "k = 3\nr = if k > 2 then base else d",
    "func accuracy(a, b) = a + b\nprint accuracy(1, 2)",
    "x = base@1\ntrain x on d",
    "adam = predict base on d\nprint adam[0]",
    "optimizer = adam\ntrain base on d optimizer=(optimizer)",
  ])
  func `what may be right is not refused`(script: String) {
    #expect(found(script) == [])
  }

  @Test func `a name that is bound too late says where`() {
    let source = SourceFile(name: "t", text: "print later\n\nlater = 1")
    let error = Session(host: TestHost()).check(source).first
    #expect(error?.message == "'later' has no value yet")
    #expect(error?.remedy == "it gets one in line 3; move that above this line")
  }
}
