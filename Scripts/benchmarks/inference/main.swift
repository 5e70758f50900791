import Glibc
import Inference
import TFLite
import Tensors

// Usage: inference-benchmark [--evaluate] MODEL.tflite ...
//
// Prints for each model its name and the microseconds of one run on one thread: the best of many
// rounds. With --evaluate the samples a second of a whole set, on one thread and on two.

private func bytes(of path: String) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    guard count > 0 else { return bytes }
    bytes += chunk[0..<count]
  }
}

private func microseconds(_ body: () -> Void) -> Double {
  let duration = ContinuousClock().measure(body).components
  return Double(duration.seconds) * 1e6 + Double(duration.attoseconds) * 1e-12
}

private func rounded(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let rest = hundredths % 100
  return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}

/// A sample that is neither all zeros nor the same everywhere.
private func sample(count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 3) }
}

private func timeRuns(_ runner: GraphRunner) -> Double {
  let session = runner.session()
  for input in runner.graph.inputs {
    let tensor = runner.graph.tensors[input]
    if tensor.type == .float32 {
      let floats = (0..<tensor.elementCount).map { Float($0 % 17) / 17 - 0.5 }
      session.fill(input, with: floats.withUnsafeBytes { Array($0) })
    } else {
      session.fill(input, with: sample(count: tensor.byteCount))
    }
  }
  for _ in 0..<20 { session.run() }
  let once = max(0.1, microseconds { session.run() })
  let repeats = max(1, Int(3000 / once))
  var best = Double.infinity
  for _ in 0..<60 {
    let round = microseconds { for _ in 0..<repeats { session.run() } }
    best = min(best, round / Double(repeats))
  }
  return best
}

private func timeSet(_ runner: GraphRunner, threads: Int) throws -> Double {
  let count = 2000
  let shape = runner.graph.tensors[runner.graph.inputs[0]].shape.dropFirst()
  let width = shape.reduce(1, *)
  let values = (0..<count * width).map { Float($0 % 251) / 251 }
  let samples = Tensor(Shape([count] + Array(shape)), values)
  _ = try runner.outputs(for: samples, threads: threads)
  var failure: (any Error)?
  let time = microseconds {
    do { _ = try runner.outputs(for: samples, threads: threads) } catch { failure = error }
  }
  if let failure { throw failure }
  return Double(count) / time * 1e6
}

var paths = Array(CommandLine.arguments.dropFirst())
let evaluates = paths.first == "--evaluate"
if evaluates { paths.removeFirst() }
for path in paths {
  guard let file = bytes(of: path) else {
    print("\(path)\tcannot be read")
    continue
  }
  let name = path.split(separator: "/").last.map(String.init) ?? path
  do {
    let runner = try GraphRunner(TFLiteReader.read(file))
    if evaluates {
      let one = try timeSet(runner, threads: 1)
      let two = try timeSet(runner, threads: 2)
      print("\(name)\t\(Int(one))\t\(Int(two))")
    } else {
      print("\(name)\t\(rounded(timeRuns(runner)))")
    }
  } catch {
    print("\(name)\t\(error)")
  }
}
