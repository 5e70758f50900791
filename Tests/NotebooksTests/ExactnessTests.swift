import TestSupport
import Testing

/// The same digits for every number of threads and every instruction set that this machine has.
@Suite("Exactness", .enabled(if: ProgramRun.isBuilt, "the program is not built"))
struct ExactnessTests {
  /// Trains, prunes, clusters, distils and quantizes, and prints every bit of what came out.
  private static let script = """
    digits = dataset digits first=400
    split digits into [80%, 20%]
    network base {
      input 8x8x1
      conv 6 3x3 pad=same relu
      batchnorm
      depthwise 3x3 relu
      maxpool 2x2
      dropout 10%
      flatten
      dense 12 tanh
      dense 10 softmax
    }
    quiet train base on digits epochs=3
    sparse = quiet prune base to 60% on digits epochs=1
    shared = quiet cluster sparse into 8 on digits epochs=1 optimizer=sgd momentum=0.9
    network student { input 8x8x1; avgpool 2x2; flatten; dense 10 softmax }
    quiet distill base into student on digits epochs=2
    lite = quiet quantize sparse to int8 calibrate=digits.train samples=50
    for n in [base, sparse, shared, student, lite] { print digest(n) loss(n, digits.test) }
    """

  @Test(arguments: [1, 2, 3, 7])
  func `digests do not depend on the threads`(threads: Int) throws {
    #expect(try Self.output("JATAI_THREADS=\(threads)") == Self.output("JATAI_THREADS=2"))
  }

  @Test(arguments: ["baseline", "avx2"])
  func `digests do not depend on the instruction set`(kernels: String) throws {
    try Self.compare(kernels: kernels)
  }

  @Test(.enabled(if: ProcessorFeatures.has("avx512f"), "this processor has no AVX-512"))
  func `digests do not depend on AVX-512`() throws {
    try Self.compare(kernels: "avx512")
  }

  private static func compare(kernels: String) throws {
    let output = try Self.output("JATAI_KERNELS=\(kernels)")
    #expect(output.split(separator: "\n").count == 6)
    #expect(try output == Self.output("JATAI_THREADS=2"))
  }

  private static func output(_ variable: String) throws -> String {
    let folder = try TemporaryFolder()
    try folder.write(script, to: "digests.jatai")
    let run = try ProgramRun(["run", "digests.jatai"], in: folder, environment: [variable])
    #expect(run.exitCode == 0, "\(run.errors)")
    return run.output
  }
}
