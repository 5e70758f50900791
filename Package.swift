// swift-tools-version: 6.2
import PackageDescription

/// Every module: Swift 6 mode, and a warning is an error.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// The edges of the picture in Docs/Architecture.md: a module and the modules it may import.
let edges: [(module: String, imports: [String])] = [
  ("Diagnostics", []),
  ("Language", ["Diagnostics"]),
  ("Tensors", ["CKernels", "CDigest"]),
  ("Networks", ["Tensors", "CKernels"]),
  ("Inference", ["Tensors", "CKernels"]),
  ("Datasets", ["Tensors", "CZlib"]),
  ("Compression", ["Tensors", "Networks", "Inference", "CZlib"]),
  ("TFLite", ["Tensors", "Inference"]),
  ("Deployment", ["Tensors", "Inference"]),
  ("Charts", ["Tensors"]),
  (
    "Scripting",
    [
      "Diagnostics", "Language", "Tensors", "Networks", "Inference", "Datasets", "Compression",
      "TFLite", "Deployment", "Charts",
    ]
  ),
  ("Notebooks", ["Diagnostics", "Language", "Scripting"]),
  ("Terminal", ["Diagnostics", "Language", "Scripting", "Notebooks", "CEdit"]),
]

let package = Package(
  name: "jatai",
  products: [.executable(name: "jatai", targets: ["jatai"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CDigest", pkgConfig: "libmd", providers: [.apt(["libmd-dev"])]),
    .target(
      name: "CKernels",
      exclude: [],
      cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]
    ),
    .executableTarget(
      name: "jatai",
      dependencies: [
        "Diagnostics", "Language", "Inference", "TFLite", "Scripting", "Notebooks", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),
    // Times of models for `Scripts/bench inference`.
    .executableTarget(
      name: "inference-benchmark",
      dependencies: ["Inference", "TFLite", "Tensors"],
      path: "Scripts/benchmarks/inference",
      swiftSettings: strict
    ),
    .target(
      name: "ReferenceNetworks",
      dependencies: ["Networks", "Tensors"],
      path: "Tests/ReferenceNetworks",
      swiftSettings: strict
    ),
    .executableTarget(
      name: "training-bench",
      dependencies: ["CKernels", "Networks", "ReferenceNetworks", "Tensors"],
      path: "Scripts/benchmarks/training",
      swiftSettings: strict
    ),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .target(
      name: "TestSupport",
      dependencies: ["CKernels", "Language", "Tensors"],
      path: "Tests/TestSupport",
      swiftSettings: strict
    ),
  ]
    + edges.map { edge in
      .target(
        name: edge.module,
        dependencies: edge.imports.map { .init(stringLiteral: $0) },
        swiftSettings: strict
      )
    }
    + edges.map { edge in
      .testTarget(
        name: edge.module + "Tests",
        dependencies: (["TestSupport", edge.module] + edge.imports
          + (edge.module == "Networks" ? ["CAllocations", "ReferenceNetworks"] : []))
          .map { .init(stringLiteral: $0) },
        exclude: edge.module == "Scripting" ? ["Scripts"] : [],
        swiftSettings: strict
      )
    }
)
