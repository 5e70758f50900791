import Scripting
import Testing

@testable import Notebooks

/// The rules are those of the format's page:
/// `|expected − actual| <= unit/2 + max(abs, rel·|expected|)`, at most 5 %.
@Suite struct ComparisonTests {
  private static func verdict(
    _ recorded: String,
    _ segments: [Segment],
    _ tolerance: String = "rel=1e-3 abs=1e-6"
  ) -> LineComparison.Verdict {
    LineComparison(tolerance: Tolerance(tolerance))
      .verdict(recorded: recorded, printed: OutputLine(.text, segments))
  }

  private static func verdict(
    _ recorded: String,
    _ printed: String,
    _ tolerance: String = "rel=1e-3 abs=1e-6"
  ) -> LineComparison.Verdict { verdict(recorded, [.text(printed)], tolerance) }

  private func isFaithful(_ verdict: LineComparison.Verdict) -> Bool { verdict != .different }

  @Test(arguments: [
    // The unit is 0.1, so half of it and 1e-3 of 93.1 are allowed: 0.1431.
    ("accuracy 93.1%", 93.243, "93.2", true), ("accuracy 93.1%", 93.2435, "93.2", false),
    ("accuracy 93.1%", 92.957, "93.0", true), ("accuracy 93.1%", 92.9565, "93.0", false),
  ])
  func `numbers are compared at full precision against the written digits`(
    recorded: String,
    value: Double,
    written: String,
    holds: Bool
  ) {
    let verdict = ComparisonTests.verdict(
      recorded,
      [.text("accuracy "), .number(value, written: written), .text("%")]
    )
    #expect(isFaithful(verdict) == holds)
  }

  @Test(arguments: [
    ("13,210 B", "13,210 B", true), ("13,210 B", "13,211 B", false), ("13,210 B", "13210 B", true),
    ("1000000", "1000001", false), ("3 of 4", "3 of 5", false), ("28x28x1", "28x28x1", true),
    ("28x28x1", "28x29x1", false), ("-3", "3", false),
  ])
  func `whole numbers are exact`(recorded: String, printed: String, holds: Bool) {
    #expect(isFaithful(ComparisonTests.verdict(recorded, printed)) == holds)
  }

  @Test(arguments: [
    ("loss 0.5 falls", "loss 0.5 rises"), ("3.5 KiB", "3.5 MiB"), ("3.5KiB", "3.5KB"),
    ("net1 0.5", "net2 0.5"), ("a b", "a"), ("a", "a b"),
  ])
  func `words and units are exact`(recorded: String, printed: String) {
    #expect(!isFaithful(ComparisonTests.verdict(recorded, printed)))
  }

  @Test func `white space does not count`() {
    #expect(ComparisonTests.verdict("a   0.50  b", "a 0.50 b") == .same)
  }

  @Test func `the absolute tolerance serves numbers near zero`() {
    // Half a unit is 5e-8 and the tolerance 1e-6.
    #expect(isFaithful(ComparisonTests.verdict("1.000e-4", "1.009e-4")))
    #expect(!isFaithful(ComparisonTests.verdict("1.000e-4", "1.012e-4")))
    #expect(isFaithful(ComparisonTests.verdict("0.0", "0.00000", "rel=0 abs=0")))
  }

  @Test(arguments: ["rel=1 abs=100", "rel=0.5", "abs=1e9"])
  func `no tolerance allows more than 5 %`(tolerance: String) {
    #expect(isFaithful(ComparisonTests.verdict("1.000", "1.049", tolerance)))
    #expect(!isFaithful(ComparisonTests.verdict("1.000", "1.051", tolerance)))
    // One digit alone allows half a unit, which would be half of the number.
    #expect(!isFaithful(ComparisonTests.verdict("0.1", [.number(0.149, written: "0.15")])))
  }

  @Test func `the distance of close numbers is told`() {
    guard case .close(let distance) = ComparisonTests.verdict("a 2.000 b 1.00", "a 2.001 b 1.00")
    else {
      Issue.record("not close")
      return
    }
    #expect(abs(distance - 0.001) < 1e-12)
  }

  @Test(arguments: [
    ("loss [..] at end", "loss 1.2 and more at end", true), ("[..]", "", true),
    ("[..] b", "a c", false), ("a [..] b [..] c", "a b b x c", true),
    ("a [..] b [..] c", "a b b x", false),
    ("model tiny sha256:[..]", "model tiny sha256:ab12", true),
    ("model tiny sha256:[..]", "model tiny md5:ab12", false), ("[..]", "[..]", true),
  ])
  func `a wildcard stands for any words`(recorded: String, printed: String, holds: Bool) {
    #expect(isFaithful(ComparisonTests.verdict(recorded, printed)) == holds)
  }

  @Test func `many wildcards take no longer than the line`() {
    let recorded = String(repeating: "[..] a ", count: 200) + "b"
    let printed = String(repeating: "a ", count: 400)
    #expect(ComparisonTests.verdict(recorded, printed) == .different)
  }

  // MARK: Blocks

  private static func judgement(_ recorded: [String], _ printed: [OutputLine]) -> Judgement {
    let notebook = SampleNotebook.parsed(
      "print 1\n" + recorded.map { $0 + "\n" }.joined()
    )
    return BlockComparison(tolerance: Tolerance(""))
      .judgement(recorded: notebook.cells[0].steps[0].recorded, printed: printed)
  }

  private static let printed = ["a", "b", "c"].map { OutputLine($0) }

  @Test(arguments: [
    (["#> a", "#> b", "#> c"], "same"), (["#> a", "#> ...", "#> c"], "same"),
    (["#> ..."], "same"), (["#> ...", "#> c"], "same"), (["#> a", "#> ..."], "same"),
    (["#> ...", "#> b"], "changed"), (["#> ...", "#> d"], "changed"),
    (["#> a", "#> x"], "changed"),
    (["#> a", "#> b"], "extra"), (["#> a", "#> b", "#> c", "#> d"], "missing"), ([], "extra"),
    (["#! a", "#> b", "#> c"], "changed"), (["#> a", "#~ 3 s", "#> b", "#> c"], "volatile"),
  ])
  func `blocks are compared line by line`(recorded: [String], word: String) {
    #expect(ComparisonTests.judgement(recorded, ComparisonTests.printed).word == word)
  }

  @Test func `times are never compared`() {
    let printed = [OutputLine("a"), OutputLine(.volatile, "time 2 s")]
    #expect(ComparisonTests.judgement(["#> a", "#~ time 9 s"], printed) == .volatile)
    #expect(ComparisonTests.judgement(["#> a"], printed) == .volatile)
  }
}
