import Datasets
import Tensors
import TestSupport
import Testing

private func table(_ text: String) throws -> Table { try CSVFile.read(Array(text.utf8)) }

/// What Python's csv module and RFC 4180 make of the same text.
@Suite("CSV files")
struct CSVFileTests {
  @Test(arguments: [
    "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4", "\u{FEFF}a,b\n1,2\n3,4\n", "a;b\n1;2\n3;4\n",
    "a\tb\n1\t2\n\n3\t4\n\n", "\"a\",\"b\"\n\"1\",2\n 3 , 4 \n", "a;b\n1,0;2,0\n3,0;4,0\n",
    "a,b\n1.,+2\n30e-1,.4e1\n",
  ])
  func `many spellings of one table`(text: String) throws {
    let table = try table(text)
    #expect(table.columns.map(\.name) == ["a", "b"])
    #expect(table.columns[0].cells == [.number(1), .number(3)])
    #expect(table.columns[1].cells == [.number(2), .number(4)])
  }

  @Test func `quoted cells may hold separators, quotes and newlines`() throws {
    let table = try table("name,n\n\"a, \"\"b\"\"\nc\",1\nd,2\n")
    #expect(table.columns[0].cells == [.text("a, \"b\"\nc"), .text("d")])
    #expect(table.columns[1].cells == [.number(1), .number(2)])
  }

  @Test func `finds out whether there is a header`() throws {
    #expect(try table("1,2\n3,4\n").columns.map(\.name) == ["column1", "column2"])
    #expect(try table("5.1,setosa\n4.9,setosa\n").columns.map(\.name) == ["column1", "column2"])
    #expect(try table("length,kind\n5.1,setosa\n").columns.map(\.name) == ["length", "kind"])
    #expect(try table("x,x,x\n1,2,3\n").columns.map(\.name) == ["x", "x_2", "x_3"])
  }

  @Test(arguments: ["NA", "", "n/a", "NaN", "null", "?"])
  func `knows missing cells`(word: String) throws {
    let table = try table("a,b\n1,\(word)\n3,4\n")
    #expect(table.missingCount == 1)
    #expect(try table.withoutMissing().rowCount == 1)
    #expect(
      throws: DatasetError.missingCell(place: .init(unit: "line", row: 2, column: "b"), count: 1)
    ) { try table.dataset(name: "t") }
  }

  @Test func `the line of a ragged row counts quoted newlines`() {
    #expect(throws: DatasetError.raggedRow(line: 4, found: 3, expected: 2)) {
      try table("a,b\n\"x\ny\",2\n3,4,5\n")
    }
    #expect(throws: DatasetError.unclosedQuote(line: 2)) { try table("a,b\n\"x,2\n3,4\n") }
  }

  @Test(arguments: ["", "\n\n", "\u{FEFF}", "a,b\n"])
  func `refuses a table of nothing`(text: String) {
    #expect(throws: DatasetError.self) { try table(text).dataset(name: "t") }
  }

  @Test func `names the line and column of text among numbers`() throws {
    let text = "age,weight,label\n1,2,0\n3,4o,1\n5,6,0\n"
    let place = CellPlace(unit: "line", row: 3, column: "weight")
    do {
      _ = try table(text).dataset(name: "t")
      Issue.record("accepted text")
    } catch let error as DatasetError {
      #expect(error == .textInNumberColumn(place: place, found: "4o"))
      #expect(error.description == "line 3, column 'weight': found '4o', expected a number")
    }
  }

  @Test(arguments: [
    ("0.1", 0.1), ("-0", -0.0), ("1e3", 1000), ("12345678901234567890", 0x1.56a95319d63e1p+63),
    ("3.14159265358979323846", 3.14159265358979323846), ("2.2250738585072014e-308", 0x1p-1022),
  ])
  func `numbers are read as Swift reads them`(text: String, value: Double) throws {
    #expect(try table("a,b\n1,\(text)\n").columns[1].cells == [.number(value)])
  }

  @Test(arguments: ["0x1F", "inf", "1e", "--1", "1 2", "1e999", "1_000", "."])
  func `other words are not numbers`(text: String) throws {
    #expect(try table("a,b\n1,\(text)\n2,3\n").columns[1].cells[0] == .text(text))
  }

  @Test(arguments: UInt64(0)..<200)
  func `no text is fatal`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces = ["1", "2.5", ",", ";", "\t", "\n", "\r\n", "\"", "\"\"", "é", "NA", " ", "-", "x"]
    let text = (0..<random.nextIndex(below: 60)).map { _ in
      pieces[random.nextIndex(below: pieces.count)]
    }.joined()
    _ = try? DataFile.read(Array(text.utf8), fileName: "x.csv")
    let noise = (0..<random.nextIndex(below: 60)).map { _ in UInt8(random.nextIndex(below: 256)) }
    for name in ["x", "x.npy", "x.bin", "x.gz", "x-ubyte"] {
      _ = try? DataFile.read(noise, fileName: name)
    }
  }
}

@Suite("Tables as datasets")
struct TableTests {
  @Test func `text answers are classes by the alphabet`() throws {
    let set = try table("x,kind\n1,pear\n2,apple\n3,pear\n").dataset(name: "fruit")
    #expect(set.classes == ["apple", "pear"])
    #expect(try set.samples().expected == .classes([1, 0, 1], count: 2))
    #expect(set.shape.extents == [1])
    #expect(set.answerColumns == ["kind"])
  }

  @Test func `whole numbers are read as the loss wants them`() throws {
    let set = try table("x,y\n1,5\n2,7\n3,5\n4,7\n").dataset(name: "t")
    #expect(set.classes == ["5", "7"])
    #expect(try set.samples(as: .classes).expected == .classes([0, 1, 0, 1], count: 2))
    #expect(try set.samples(as: .values).expected == .values(Tensor(Shape([4, 1]), [5, 7, 5, 7])))
    let prices = try table("x,y\n1,120\n2,340\n3,90\n4,771\n").dataset(name: "t")
    #expect(prices.classes.isEmpty)
    #expect(prices.answers.preferredKind == .values)
  }

  @Test func `fractions are numbers`() throws {
    let set = try table("x,y\n1,0.5\n2,1\n").dataset(name: "t")
    #expect(set.classes.isEmpty)
    #expect(throws: DatasetError.answersAreNumbers(dataset: "t")) {
      try set.samples(as: .classes)
    }
  }

  @Test func `chooses the columns to learn`() throws {
    let text = "a,b,c\n1,2,3.5\n4,5,6.5\n"
    let set = try table(text).dataset(name: "t", learning: ["a"])
    #expect(set.columns == ["b", "c"])
    #expect(set.inputs.values == [2, 3.5, 5, 6.5])
    let two = try table(text).dataset(name: "t", learning: ["a", "c"])
    #expect(
      try two.samples().expected == .values(Tensor(Shape([2, 2]), [1, 3.5, 4, 6.5]))
    )
    #expect(throws: DatasetError.unknownColumn(name: "d", known: ["a", "b", "c"])) {
      try table(text).dataset(name: "t", learning: ["d"])
    }
    #expect(throws: DatasetError.empty(what: "the list of input columns")) {
      try table(text).dataset(name: "t", learning: ["a", "b", "c"])
    }
  }

  @Test func `refuses a column of words as input`() throws {
    #expect(throws: DatasetError.textInput(column: "city", example: "Recife")) {
      try table("city,y\nRecife,1\nOlinda,2\n").dataset(name: "t")
    }
  }

  @Test func `three classes of text are not numbers, two are 0 and 1`() throws {
    let three = try table("x,k\n1,a\n2,b\n3,c\n").dataset(name: "t")
    #expect(throws: DatasetError.self) { try three.samples(as: .values) }
    let two = try table("x,k\n1,no\n2,yes\n").dataset(name: "t")
    #expect(try two.samples(as: .values).expected == .values(Tensor(Shape([2, 1]), [0, 1])))
  }

  @Test func `folds inputs into a shape`() throws {
    let text = "1,2,3,4,0\n5,6,7,8,1\n"
    let set = try table(text).dataset(name: "t", shape: Shape([2, 2, 1]))
    #expect(set.shape.extents == [2, 2, 1])
    #expect(try set.sample(at: -1).input == Tensor(Shape([2, 2, 1]), [5, 6, 7, 8]))
    #expect(throws: DatasetError.shapeDoesNotFit(shape: Shape([3]), valuesPerSample: 4)) {
      try table(text).dataset(name: "t", shape: Shape([3]))
    }
  }

  @Test func `records make a table`() throws {
    let records = try Table(records: [
      .init(name: "x", cells: [.number(0), .number(1)]),
      .init(name: "y", cells: [.text("no"), .text("yes")]),
    ])
    #expect(try records.dataset(name: "records").classes == ["no", "yes"])
    let broken = try Table(records: [
      .init(name: "x", cells: [.number(0), .missing]),
      .init(name: "y", cells: [.number(1), .number(2)]),
    ])
    let place = CellPlace(unit: "record", row: 2, column: "x")
    #expect(throws: DatasetError.missingCell(place: place, count: 1)) {
      try broken.dataset(name: "t")
    }
    #expect(throws: DatasetError.self) { try Table(records: []) }
  }
}
