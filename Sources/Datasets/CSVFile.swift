/// Tables as text: cells between commas, semicolons or tabs, lines between line feeds (RFC 4180).
///
/// Cells in double quotes may hold separators and newlines, and a doubled quote stands for one. A
/// byte order mark, CRLF and blank lines are passed over. Where semicolons or tabs separate, a
/// decimal comma is understood, as spreadsheets in many countries write it.
public enum CSVFile {
  /// The table of a CSV file.
  ///
  /// The first line is a header if some column begins with a word and goes on with a number, or if
  /// the whole file is words. Without one, columns are named `column1`, `column2` and so on.
  ///
  /// Unless `separator` is given, cells stand between tabs, semicolons or commas: the first of
  /// these that the first line uses and the second repeats as often.
  ///
  /// Throws `empty`, `raggedRow`, `unclosedQuote`.
  public static func read(
    _ bytes: [UInt8],
    separator: UInt8? = nil
  ) throws(DatasetError) -> Table {
    let start = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    let separator = separator ?? detectedSeparator(bytes[start...])
    var scanner = Scanner(bytes, from: start, separator: separator)
    var columns: [[Table.Cell]] = []
    var lines: [Int] = []
    while let (line, cells) = try scanner.row() {
      if lines.isEmpty { columns = .init(repeating: [], count: cells.count) }
      guard cells.count == columns.count else {
        throw .raggedRow(line: line, found: cells.count, expected: columns.count)
      }
      lines.append(line)
      for (column, cell) in cells.enumerated() { columns[column].append(cell) }
    }
    guard !lines.isEmpty else { throw .empty(what: "the CSV file") }

    let hasHeader = firstRowIsHeader(columns)
    guard !hasHeader || lines.count > 1 else {
      throw .empty(what: "the CSV file after its header")
    }
    let names = uniqueNames(
      columns.enumerated().map { index, cells in
        guard hasHeader, let first = cells.first else { return "column\(index + 1)" }
        switch first {
        case .text(let text): return text
        case .number(let number): return wholeNumberText(number)
        case .missing: return "column\(index + 1)"
        }
      }
    )
    return try Table(
      columns: zip(names, columns).map { name, cells in
        Table.Column(name: name, cells: hasHeader ? Array(cells.dropFirst()) : cells)
      },
      rowUnit: "line",
      rowNumbers: hasHeader ? Array(lines.dropFirst()) : lines
    )
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private static let comma = UInt8(ascii: ",")
  private static let candidates = [UInt8(ascii: "\t"), UInt8(ascii: ";"), comma]

  private static func detectedSeparator(_ text: ArraySlice<UInt8>) -> UInt8 {
    var counts: [[Int]] = [[0, 0, 0]]
    var isQuoted = false
    for byte in text {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == UInt8(ascii: "\n") {
        if counts.count == 2 { break }
        counts.append([0, 0, 0])
      } else if let index = candidates.firstIndex(of: byte) {
        counts[counts.count - 1][index] += 1
      }
    }
    let first = counts[0]
    let second = counts.count > 1 && counts[1] != [0, 0, 0] ? counts[1] : first
    let steady = candidates.indices.first { first[$0] > 0 && first[$0] == second[$0] }
    let used = steady ?? candidates.indices.max { first[$0] < first[$1] }
    return candidates[used ?? 2]
  }

  private static func firstRowIsHeader(_ columns: [[Table.Cell]]) -> Bool {
    var hasNumbers = false
    for cells in columns {
      let rest = cells.dropFirst()
      let restIsNumbers = rest.contains { if case .number = $0 { true } else { false } }
      switch cells.first {
      case .number: hasNumbers = true
      case .text where restIsNumbers: return true
      case .text, .missing, nil: hasNumbers = hasNumbers || restIsNumbers
      }
    }
    return !hasNumbers && (columns.first?.count ?? 0) > 1
  }

  /// Names with a number after all but the first of those that are alike.
  private static func uniqueNames(_ names: [String]) -> [String] {
    var used: Set<String> = []
    var result: [String] = []
    for name in names {
      var unique = name
      var number = 2
      while used.contains(unique) {
        unique = "\(name)_\(number)"
        number += 1
      }
      used.insert(unique)
      result.append(unique)
    }
    return result
  }
}

extension CSVFile {
  /// Cuts text into rows of cells.
  private struct Scanner {
    private let bytes: [UInt8]
    private let separator: UInt8
    private let allowsDecimalComma: Bool
    private var position: Int
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ bytes: [UInt8], from start: Int, separator: UInt8) {
      self.bytes = bytes
      self.separator = separator
      allowsDecimalComma = separator != CSVFile.comma
      position = start
    }

    /// The next row that is not blank, and the line it begins on.
    mutating func row() throws(DatasetError) -> (line: Int, cells: [Table.Cell])? {
      while position < bytes.count {
        let start = line
        var cells: [Table.Cell] = []
        var isBlank = true
        var goesOn = true
        while goesOn {
          let (text, isQuoted) = try cellText()
          if isQuoted || !text.isEmpty { isBlank = false }
          // A quoted number is a number, and quoted emptiness is missing, as spreadsheets write.
          cells.append(cell(text))
          goesOn = position < bytes.count && bytes[position] == separator
          if goesOn { position += 1 }
        }
        endLine()
        if !isBlank || cells.count > 1 { return (start, cells) }
      }
      return nil
    }

    private mutating func endLine() {
      if position < bytes.count, bytes[position] == Self.carriageReturn { position += 1 }
      if position < bytes.count, bytes[position] == Self.lineFeed { position += 1 }
      line += 1
    }

    private func isLineEnd(_ position: Int) -> Bool {
      bytes[position] == Self.lineFeed || bytes[position] == Self.carriageReturn
    }

    /// The bytes of the cell at `position`, without quotes and outer blanks; afterwards `position`
    /// is at a separator, a line end or the end.
    private mutating func cellText() throws(DatasetError) -> (ArraySlice<UInt8>, isQuoted: Bool) {
      let blank = UInt8(ascii: " ")
      while position < bytes.count, bytes[position] == blank { position += 1 }
      guard position < bytes.count, bytes[position] == Self.quote else {
        let start = position
        while position < bytes.count, bytes[position] != separator, !isLineEnd(position) {
          position += 1
        }
        var end = position
        while end > start, bytes[end - 1] == blank || bytes[end - 1] == UInt8(ascii: "\t") {
          end -= 1
        }
        return (bytes[start..<end], false)
      }
      return (try quotedText()[...], true)
    }

    /// The bytes of the cell that begins with the quote at `position`.
    private mutating func quotedText() throws(DatasetError) -> [UInt8] {
      var text: [UInt8] = []
      let start = line
      position += 1
      while true {
        guard position < bytes.count else { throw .unclosedQuote(line: start) }
        let byte = bytes[position]
        position += 1
        if byte == Self.quote {
          guard position < bytes.count, bytes[position] == Self.quote else { break }
          position += 1
        }
        if byte == Self.lineFeed { line += 1 }
        text.append(byte)
      }
      // What stands between the closing quote and the separator belongs to the cell.
      while position < bytes.count, bytes[position] != separator, !isLineEnd(position) {
        if bytes[position] != UInt8(ascii: " ") { text.append(bytes[position]) }
        position += 1
      }
      return text
    }

    private func cell(_ text: ArraySlice<UInt8>) -> Table.Cell {
      if let number = NumberText.value(of: text, allowingDecimalComma: allowsDecimalComma) {
        return .number(number)
      }
      let word = String(decoding: text, as: UTF8.self)
      return NumberText.wordsForMissing.contains(word.lowercased()) ? .missing : .text(word)
    }
  }
}
