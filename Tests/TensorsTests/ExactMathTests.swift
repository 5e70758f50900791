import Testing

@testable import Tensors

/// A function of one argument, its table, and how far it may be from the rounded value.
struct FunctionCase: CustomTestStringConvertible, Sendable {
  let name: String
  let table: String
  let units: Double
  let function: @Sendable (Double) -> Double

  var testDescription: String { name }

  static let all: [FunctionCase] = [
    .init(name: "exp", table: ReferenceTables.exp, units: 1) { ExactMath.exp($0) },
    .init(name: "expMinusOne", table: ReferenceTables.expMinusOne, units: 1) {
      ExactMath.expMinusOne($0)
    },
    .init(name: "log", table: ReferenceTables.log, units: 1) { ExactMath.log($0) },
    .init(name: "log2", table: ReferenceTables.log2, units: 1) { ExactMath.log2($0) },
    .init(name: "log10", table: ReferenceTables.log10, units: 1) { ExactMath.log10($0) },
    .init(name: "logOnePlus", table: ReferenceTables.logOnePlus, units: 1) {
      ExactMath.logOnePlus($0)
    },
    .init(name: "tanh", table: ReferenceTables.tanh, units: 1) { ExactMath.tanh($0) },
    .init(name: "sigmoid", table: ReferenceTables.sigmoid, units: 2) { ExactMath.sigmoid($0) },
    .init(name: "sin", table: ReferenceTables.sin, units: 1) { ExactMath.sin($0) },
    .init(name: "cos", table: ReferenceTables.cos, units: 1) { ExactMath.cos($0) },
    .init(name: "erf", table: ReferenceTables.erf, units: 2) { ExactMath.erf($0) },
  ]

  /// The numbers of each line.
  static func lines(_ table: String) -> [[Double]] {
    table.split(separator: "\n").map { line in line.split(separator: " ").compactMap { Double($0) }
    }
  }
}

@Suite("Elementary functions")
struct ExactMathTests {
  @Test(arguments: FunctionCase.all)
  func `agrees with mpmath to the unit it states`(function: FunctionCase) {
    for line in FunctionCase.lines(function.table) {
      let value = function.function(line[0])
      #expect(abs(value - line[1]) <= function.units * line[1].ulp, "at \(line[0])")
    }
  }

  @Test
  func `powers agree with mpmath to one unit`() {
    for line in FunctionCase.lines(ReferenceTables.pow) {
      let value = ExactMath.pow(line[0], line[1])
      #expect(abs(value - line[2]) <= line[2].ulp, "\(line[0]) to the power of \(line[1])")
    }
  }

  @Test(arguments: -1074...1023)
  func `log2 is exact for powers of 2`(exponent: Int) {
    let power = Double(sign: .plus, exponent: exponent, significand: 1)
    #expect(ExactMath.log2(power) == Double(exponent))
    #expect(ExactMath.pow(2, Double(exponent)) == power)
  }

  @Test(arguments: 0...22)
  func `whole powers that fit are exact`(exponent: Int) {
    var power = 1.0
    for _ in 0..<exponent { power *= 10 }
    #expect(ExactMath.pow(10, Double(exponent)) == power)
    #expect(ExactMath.log10(power) == Double(exponent))
  }

  /// The list of ISO C99, annex F.9.4.4.
  @Test
  func `special powers follow C99`() {
    let infinity = Double.infinity
    let cases: [(Double, Double, Double)] = [
      (0, -3, infinity), (-0.0, -3, -infinity), (-0.0, -2, infinity), (0, 2, 0), (-0.0, 3, -0.0),
      (-1, infinity, 1), (1, .nan, 1), (.nan, 0, 1), (0.5, -infinity, infinity), (2, -infinity, 0),
      (0.5, infinity, 0), (2, infinity, infinity), (-infinity, -3, -0.0), (-infinity, 3, -infinity),
      (-infinity, 2, infinity), (infinity, -1, 0), (infinity, 1, infinity), (-2, 3, -8), (-2, 2, 4),
    ]
    for (base, exponent, expected) in cases {
      let value = ExactMath.pow(base, exponent)
      #expect(value.bitPattern == expected.bitPattern, "\(base) to the power of \(exponent)")
    }
    #expect(ExactMath.pow(-2, 0.5).isNaN)
  }

  @Test
  func `ends of ranges and special values follow C99`() {
    #expect(ExactMath.exp(710.0) == .infinity)
    #expect(ExactMath.exp(-746.0) == 0)
    #expect(ExactMath.exp(-Double.infinity) == 0)
    #expect(ExactMath.log(0.0) == -.infinity)
    #expect(ExactMath.log(-1.0).isNaN)
    #expect(ExactMath.log(Double.infinity) == .infinity)
    #expect(ExactMath.sin(Double.infinity).isNaN)
    #expect(ExactMath.sin(-0.0).sign == .minus)
    #expect(ExactMath.tanh(-0.0).sign == .minus)
    #expect(ExactMath.erf(-Double.infinity) == -1)
    for function in FunctionCase.all { #expect(function.function(.nan).isNaN) }
  }

  /// The independent source is the function in double precision.
  @Test
  func `functions of 32-bit floats stay within their error`() {
    let cases: [(String, Double, (Float) -> Float, (Double) -> Double)] = [
      ("exp", 1.1, { ExactMath.exp($0) }, { ExactMath.exp($0) }),
      ("log", 1, { ExactMath.log($0) }, { ExactMath.log($0) }),
      ("tanh", 1.5, { ExactMath.tanh($0) }, { ExactMath.tanh($0) }),
      ("sigmoid", 2.3, { ExactMath.sigmoid($0) }, { ExactMath.sigmoid($0) }),
      ("sin", 1.6, { ExactMath.sin($0) }, { ExactMath.sin($0) }),
      ("cos", 1.6, { ExactMath.cos($0) }, { ExactMath.cos($0) }),
      ("erf", 1.3, { ExactMath.erf($0) }, { ExactMath.erf($0) }),
      ("pow", 0.6, { ExactMath.pow($0, 1.5) }, { ExactMath.pow($0, 1.5) }),
    ]
    var random = SeededGenerator(seed: 5)
    for (name, units, single, double) in cases {
      var wrong: [Float] = []
      for _ in 0..<5000 {
        let pattern = UInt32(truncatingIfNeeded: random.next())
        let x = Float(bitPattern: pattern)
        let value = Double(single(x))
        let expected = double(Double(x))
        let rounded = Float(expected)
        if rounded.isNaN || rounded.isInfinite {
          if value.isNaN != expected.isNaN { wrong.append(x) }
        } else if abs(value - expected) > units * Double(rounded.ulp) {
          wrong.append(x)
        }
      }
      #expect(wrong.isEmpty, "\(name)")
    }
  }
}
