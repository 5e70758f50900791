/// Composed letters by themselves: since characters are equal when they are canonically equivalent,
/// looking up a decomposed letter gives its composed form.
///
/// The blocks are those of Latin, Greek and Cyrillic letters; where two letters are equivalent, the
/// first is the one that NFC keeps.
private let composedLetters: [Character: Unicode.Scalar] = {
  var table: [Character: Unicode.Scalar] = [:]
  for block in [0xC0...0x24F, 0x370...0x52F, 0x1E00...0x1FFF] {
    for value in block {
      guard let scalar = Unicode.Scalar(UInt32(value)), scalar.properties.isAlphabetic else {
        continue
      }
      table[Character(scalar), default: scalar] = table[Character(scalar)] ?? scalar
    }
  }
  return table
}()

/// The name that `word` stands for, after NFC.
///
/// Letters of the Latin, Greek and Cyrillic scripts are composed here. Words of other scripts keep
/// their form, and need no other: strings that are canonically equivalent are equal and hash alike.
func composed(_ word: String) -> String {
  if word.utf8.allSatisfy({ $0 < 0x80 }) { return word }
  var result = ""
  for character in word {
    if let scalar = composedLetters[character] {
      result.unicodeScalars.append(scalar)
    } else {
      result.append(character)
    }
  }
  return result
}
