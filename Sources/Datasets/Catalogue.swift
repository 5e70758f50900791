import Tensors

/// The datasets that scripts know by name.
public enum Catalogue {
  /// All of them, in the order in which `help` lists them.
  public static let entries: [CatalogueEntry] =
    tables + [digits, fashion, mnist, words, movements, firstNames]
    + GeneratedSet.allCases.map(CatalogueEntry.init(generated:))

  /// Their names, in that order.
  public static let names: [String] = entries.map(\.name)

  /// The entry of a name, or nil for a name that is not here.
  public static func entry(named name: String) -> CatalogueEntry? {
    entries.first { $0.name == name }
  }

  /// Where Debian's package `dataset-fashion-mnist` puts the whole set.
  public static let fashionPackageFolder = "/usr/share/datasets/fashion-mnist"

  private static let tables: [CatalogueEntry] = [
    CatalogueEntry(
      name: "iris",
      summary: "150 irises of three species, by length and width of sepals and petals",
      licence: "BSD-3-Clause (scikit-learn); data by R. A. Fisher, 1936, CC BY 4.0 (UCI)",
      sampleShape: Shape([4]),
      classNames: ["setosa", "versicolor", "virginica"],
      source: .table(path: "iris/iris.csv.gz")
    ),
    CatalogueEntry(
      name: "wine",
      summary: "178 wines of three cultivars, by 13 chemical measures",
      licence: "BSD-3-Clause (scikit-learn); data by M. Forina and others, CC BY 4.0 (UCI)",
      sampleShape: Shape([13]),
      classNames: ["class_0", "class_1", "class_2"],
      source: .table(path: "wine/wine.csv.gz")
    ),
    CatalogueEntry(
      name: "cancer",
      summary: "569 breast tumours, malignant or benign, by 30 measures of cell nuclei",
      licence: "BSD-3-Clause (scikit-learn); data by W. Wolberg and others, CC BY 4.0 (UCI)",
      sampleShape: Shape([30]),
      classNames: ["malignant", "benign"],
      source: .table(path: "cancer/cancer.csv.gz")
    ),
    CatalogueEntry(
      name: "diabetes",
      summary: "442 patients by 10 measures, and how far their diabetes went in a year",
      licence: "BSD-3-Clause (scikit-learn); data by B. Efron and others, 2004",
      sampleShape: Shape([10]),
      classNames: [],
      source: .table(path: "diabetes/diabetes.csv.gz")
    ),
  ]

  private static let words = CatalogueEntry(
    name: "words",
    summary: "352 spoken words, four Portuguese and four English, 0.8 s at 8 kHz",
    licence: "CC0 1.0; spoken by eSpeak NG",
    sampleShape: Shape([6400]),
    classNames: ["sim", "não", "liga", "desliga", "yes", "no", "on", "off"],
    source: .signals(
      values: "words/clips.npy.gz",
      table: "words/clips.csv.gz",
      zero: 128,
      factor: 1 / 128,
      rate: 8000
    )
  )

  private static let movements = CatalogueEntry(
    name: "movements",
    summary: "140 recordings of seven shoulder exercises by a watch, six axes, 16 s at 25 Hz",
    licence: "BSD-3-Clause (seglearn); data by D. M. Burns and others, 2018",
    sampleShape: Shape([400, 6]),
    classNames: ["PEN", "ABD", "FEL", "IR", "ER", "TRAP", "ROW"],
    source: .signals(
      values: "movements/series.npy.gz",
      table: "movements/series.csv.gz",
      zero: 0,
      factor: 1 / 1000,
      rate: 25
    )
  )

  private static let firstNames = CatalogueEntry(
    name: "names",
    summary: "the 2,000 most common first names of 1990, one a line, for sequence=",
    licence: "MIT (names); data of the United States Census, public domain",
    sampleShape: Shape([1]),
    classNames: [],
    source: .text(path: "names/names.txt")
  )

  private static let digits = CatalogueEntry(
    name: "digits",
    summary: "1,797 handwritten digits of 8x8 pixels, scaled to 0..1",
    licence: "BSD-3-Clause (scikit-learn); data by E. Alpaydin and C. Kaynak, CC BY 4.0 (UCI)",
    sampleShape: Shape([8, 8, 1]),
    classNames: (0..<10).map(String.init),
    source: .pixelTable(path: "digits/digits.csv.gz", brightest: 16)
  )

  private static let fashion = CatalogueEntry(
    name: "fashion",
    summary: "10,000 + 10,000 pictures of clothes of 28x28 pixels (60,000 + 10,000 with full=true)",
    licence: "MIT, (c) 2017 Zalando SE",
    sampleShape: Shape([28, 28, 1]),
    classNames: [
      "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
      "Ankle boot",
    ],
    source: .images(
      IDXPaths(
        trainImages: ["fashion/train10k-images-idx3-ubyte.gz"],
        trainLabels: ["fashion/train10k-labels-idx1-ubyte.gz"],
        testImages: ["fashion/t10k-images-idx3-ubyte.gz"],
        testLabels: ["fashion/t10k-labels-idx1-ubyte.gz"]
      ),
      full: .whole(inFolders: [fashionPackageFolder, "fashion-mnist", "fashion"])
    )
  )

  private static let mnist = CatalogueEntry(
    name: "mnist",
    summary: "60,000 + 10,000 handwritten digits of 28x28 pixels, from files that you provide",
    licence: "CC BY-SA 3.0, Y. LeCun and C. Cortes",
    sampleShape: Shape([28, 28, 1]),
    classNames: (0..<10).map(String.init),
    source: .images(.whole(inFolders: ["mnist", "MNIST/raw", "."]), full: nil)
  )
}
