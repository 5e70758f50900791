import Testing

@testable import Diagnostics

@Suite("Nearest names")
struct NearestNameTests {
  private static let verbs = [
    "train", "prune", "quantize", "cluster", "show", "save", "split", "load", "plot", "print",
    "for",
  ]

  @Test(arguments: [
    ("trian", "train"), ("tran", "train"), ("traiin", "train"), ("Train", "train"),
    ("TRAIN", "train"), ("quantise", "quantize"), ("qauntize", "quantize"), ("prnue", "prune"),
    ("shwo", "show"), ("foo", "for"), ("plto", "plot"), ("spilt", "split"),
  ])
  func `finds the word that was meant`(typed: String, meant: String) {
    #expect(nearestName(to: typed, among: Self.verbs) == meant)
  }

  @Test(arguments: ["", "x", "xyz", "banana", "weights", "s"])
  func `proposes nothing far away`(typed: String) {
    #expect(nearestName(to: typed, among: Self.verbs) == nil)
  }

  @Test func `ties go to the first in alphabetical order`() {
    #expect(nearestName(to: "bat", among: ["rat", "cat", "hat"]) == "cat")
    #expect(nearestName(to: "bat", among: Set(["rat", "cat", "hat"])) == "cat")
  }

  @Test func `a very long word is compared with nothing`() {
    let long = String(repeating: "a", count: 100_000)
    #expect(nearestName(to: long, among: [long + "b"]) == nil)
  }

  /// Distances counted by hand after the definition of optimal string alignment.
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("ca", "abc", 3),
    ("kitten", "sitting", 3), ("train", "trian", 1), ("é", "e", 1),
  ])
  func `counts edits`(left: String, right: String, distance: Int) {
    #expect(editDistance(Array(left), Array(right)) == distance)
    #expect(editDistance(Array(right), Array(left)) == distance)
  }
}
