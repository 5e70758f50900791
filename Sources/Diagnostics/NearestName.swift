/// The name among `known` that `name` was probably meant to be, or nil if none is near.
///
/// Distance counts letters put in, left out, changed, or swapped with their neighbour; letters that
/// differ only in case count together as one change. It may be 1 for names of up to three letters,
/// 2 for up to eight, a third of the letters for longer ones, and never all of them. Of the nearest,
/// the first in alphabetical order wins.
public func nearestName(to name: String, among known: some Sequence<String>) -> String? {
  let longest = 64
  let letters = Array(name)
  guard letters.count <= longest else { return nil }
  let limit = min(largestDistance(letters.count), letters.count - 1)
  var best: (distance: Int, name: String)?
  for candidate in known where candidate != name {
    let others = Array(candidate)
    guard others.count <= longest, abs(others.count - letters.count) <= max(limit, 1) else {
      continue
    }
    let differsInCase = name.lowercased() == candidate.lowercased()
    let distance = differsInCase ? 0 : editDistance(letters, others)
    guard differsInCase || (distance <= limit && distance < max(others.count, 2)) else { continue }
    if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.name
}

/// The distance that a name of `count` letters may be away.
private func largestDistance(_ count: Int) -> Int {
  switch count {
  case ...3: 1
  case ...8: 2
  default: count / 3
  }
}

/// Optimal string alignment: the fewest insertions, deletions, substitutions and swaps of two
/// neighbours that make one word of the other, no part being edited twice.
func editDistance(_ left: [Character], _ right: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (row, letter) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      var distance = min(
        last[column + 1] + 1,
        current[column] + 1,
        last[column] + (letter == other ? 0 : 1)
      )
      let isSwap =
        row > 0 && column > 0 && letter == right[column - 1] && left[row - 1] == other
      if isSwap { distance = min(distance, beforeLast[column - 1] + 1) }
      current.append(distance)
    }
    beforeLast = last
    last = current
  }
  return last[right.count]
}
