import Inference

/// Runs models on recorded inputs and compares the outputs with those that reference kernels gave:
/// integers must be equal, floats within 1e-5 of the largest output.
public struct ConformanceSuite {
  /// What is compared, in the manifest's order.
  public let entries: [ConformanceEntry]
  private let read: (String) throws(ConformanceError) -> [UInt8]
  private let micro: NumericArchive?

  /// Memory that one model may need: 1 GiB.
  private static let memoryLimit = 1 << 30

  /// The largest distance of float outputs, as a share of the largest expected one.
  public static let tolerance = 1e-5

  /// `read` gives the bytes of a file of the manifest's folder; `tflm.npz` may be missing.
  public init(
    _ entries: [ConformanceEntry],
    read: @escaping (String) throws(ConformanceError) -> [UInt8]
  ) throws(ConformanceError) {
    self.entries = entries
    self.read = read
    let bytes = try? read("tflm.npz")
    micro = try bytes.map { bytes throws(ConformanceError) in try NumericArchive(bytes) }
  }

  /// Compares one entry.
  public func result(of entry: ConformanceEntry) throws(ConformanceError) -> ConformanceResult {
    do throws(ConformanceError) {
      return try compare(entry)
    } catch {
      throw .vector(id: entry.id, error)
    }
  }

  private func compare(_ entry: ConformanceEntry) throws(ConformanceError) -> ConformanceResult {
    let graph: Graph
    do throws(TFLiteError) {
      graph = try TFLiteReader.read(read(path: entry.model))
    } catch {
      throw .model(error)
    }
    let archive = try NumericArchive(read(entry.arrays))
    let inputs = try Self.inputs(of: archive)
    var names: [String] = []
    for operation in graph.operations where !names.contains(operation.kind.name) {
      names.append(operation.kind.name)
    }
    var expected: [Rounding: NumericArchive.Member] = [:]
    if entry.reference == "BUILTIN_REF" { expected[.litert] = archive.arrays["y"] }
    expected[.tflm] = micro?.arrays[entry.id]
    var outcomes: [Rounding: ConformanceOutcome] = [:]
    for rounding in Rounding.allCases {
      guard let member = expected[rounding] else {
        let reason = rounding == .litert ? entry.reference : "refused by it, or not run"
        outcomes[rounding] = .notCompared(reason: reason)
        continue
      }
      outcomes[rounding] = try Self.compare(graph, rounding, inputs, with: member)
    }
    var result = ConformanceResult(
      entry: entry,
      operations: names,
      rowCount: inputs.count,
      outcomes: outcomes
    )
    // Models with states were not run alike: LiteRT began anew with each row.
    if !graph.tensors.contains(where: \.isVariable), let official = archive.arrays["y"],
      let small = expected[.tflm], official.type == small.type
    {
      let pairs = zip(Self.numbers(official), Self.numbers(small))
      let distances = pairs.map { ($0 - $1).magnitude }
      result.disagreement = (distances.count { $0 > 0 }, distances.max() ?? 0)
    }
    return result
  }

  private func read(path: String) throws(TFLiteError) -> [UInt8] {
    // A file that cannot be read is no model.
    (try? read(path)) ?? []
  }

  /// The input rows: `x`, or bytes `xq` that stand for q / 255.
  private static func inputs(of archive: NumericArchive) throws(ConformanceError) -> [[UInt8]] {
    if let inputs = archive.arrays["x"] { return inputs.rows }
    guard let packed = archive.arrays["xq"], packed.type.hasSuffix("u1") else {
      throw .archive("it has neither 'x' nor bytes 'xq'")
    }
    return packed.rows.map { row in
      row.flatMap { byte in
        withUnsafeBytes(of: (Float(byte) / 255).bitPattern.littleEndian) { Array($0) }
      }
    }
  }

  private static func compare(
    _ graph: Graph,
    _ rounding: Rounding,
    _ inputs: [[UInt8]],
    with expected: NumericArchive.Member
  ) throws(ConformanceError) -> ConformanceOutcome {
    guard expected.rowCount == inputs.count else {
      throw .rows("there are \(inputs.count) inputs, but \(expected.rowCount) outputs")
    }
    let outputs: [[UInt8]]
    do throws(GraphError) {
      let runner = try GraphRunner(graph, rounding: rounding, memoryLimit: memoryLimit)
      // States went on from row to row when the answers of TensorFlow Lite Micro were recorded.
      if rounding == .tflm {
        outputs = try runner.run(steps: inputs.map { [$0] }).map { $0.first ?? [] }
      } else {
        var each: [[UInt8]] = []
        for input in inputs { each.append(try runner.run(inputs: [input]).first ?? []) }
        outputs = each
      }
    } catch {
      throw .run(error)
    }
    let allowed = expected.type.hasSuffix("f4") ? tolerance : 0
    let found = outputs.map { numbers($0[...], type: expected.type) }
    let wanted = expected.rows.map { numbers($0[...], type: expected.type) }
    var first: (row: Int, element: Int)?
    var rows = 0
    for (row, (ours, theirs)) in zip(found, wanted).enumerated() {
      guard ours.count == theirs.count else {
        throw .rows("the model gives \(ours.count) numbers, but \(theirs.count) were recorded")
      }
      let limit = allowed * (theirs.map(\.magnitude).max() ?? 0)
      guard
        let element = ours.indices.first(where: {
          !((ours[$0] - theirs[$0]).magnitude <= limit)
        })
      else { continue }
      rows += 1
      if first == nil { first = (row, element) }
    }
    guard let (row, element) = first else { return .equal }
    return .differs(
      row: row,
      element: element,
      found: "\(found[row][element])",
      expected: "\(wanted[row][element])",
      rows: rows
    )
  }

  private static func numbers(_ member: NumericArchive.Member) -> [Double] {
    numbers(member.bytes, type: member.type)
  }

  /// The numbers of little-endian elements of NumPy's `type`.
  private static func numbers(_ bytes: ArraySlice<UInt8>, type: String) -> [Double] {
    let width = type.last?.wholeNumberValue ?? 1
    let isSigned = type.dropLast().last == "i"
    return stride(from: bytes.startIndex, to: bytes.endIndex - width + 1, by: width).map { start in
      let bits = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
      if type.hasSuffix("f4") { return Double(Float(bitPattern: UInt32(bits))) }
      if type.hasSuffix("f8") { return Double(bitPattern: bits) }
      let unused = UInt64(64 - 8 * width)
      return isSigned ? Double(Int64(bitPattern: bits << unused) >> unused) : Double(bits)
    }
  }
}
