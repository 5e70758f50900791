import CKernels
import TestSupport
import Testing

@testable import Tensors

@Suite("Kernels of all instruction sets")
struct KernelBitTests {
  private func withEachSet<Result>(_ body: () -> Result) -> [Result] {
    InstructionSets.available.map { kind in InstructionSets.using(kind) { _ in body() } }
  }

  @Test(arguments: KernelCase.all)
  func `give the same bits`(kernels: KernelCase) {
    for seed in UInt64(0)..<12 {
      let results = withEachSet {
        var inputs = KernelInputs(seed: seed)
        return kernels.results(&inputs).map { $0.map(\.bitPattern) }
      }
      for other in results.dropFirst() { #expect(other == results[0], "seed \(seed)") }
    }
  }

  /// The independent source is `addingProduct`, which the standard promises to round once.
  @Test
  func `multiply and add with one rounding`() {
    var random = SeededGenerator(seed: 11)
    let count = 200_000
    func anyFloat() -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
    // Any bits; then sums that nearly cancel, fall between two floats, or are tiny.
    let a = (0..<count).map { _ in anyFloat() }
    let b = (0..<count).map { index in
      index % 4 == 1 ? 1 + Float(random.nextIndex(below: 1 << 12)) * 0x1p-23 : anyFloat()
    }
    let c = (0..<count).map { index in
      switch index % 4 {
      case 0: return anyFloat()
      case 1: return -a[index] * b[index]
      case 2: return a[index] * b[index] * Float(sign: .minus, exponent: -24, significand: 1)
      default: return Float(bitPattern: UInt32(random.nextIndex(below: 1 << 24)))
      }
    }
    let results = withEachSet {
      var sums = c
      ck_multiply_add(count, a, b, &sums)
      return sums
    }
    for sums in results {
      var wrong = 0
      for index in 0..<count {
        let expected = c[index].addingProduct(a[index], b[index])
        if expected.isNaN ? !sums[index].isNaN : expected.bitPattern != sums[index].bitPattern {
          wrong += 1
        }
      }
      #expect(wrong == 0)
    }
  }

  @Test
  func `can be chosen if the processor has them`() {
    for kind in [ck_baseline, ck_avx2, ck_avx512] {
      let isUsed = InstructionSets.using(kind) { $0 }
      #expect(isUsed == InstructionSets.available.contains(kind))
    }
    let own = InstructionSets.using(nil) { _ in ck_instruction_set() }
    #expect(InstructionSets.available.contains(own))
    #expect(String(cString: ck_instruction_set_name(ck_avx512)) == "avx512")
  }
}
