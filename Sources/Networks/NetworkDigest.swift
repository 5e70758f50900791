import Tensors

extension Network {
  /// SHA-256 over all parameters, in lower-case hexadecimal.
  ///
  /// The bytes are those of each value as a little-endian 32-bit float: node by node, within a node by
  /// the order of `ParameterRole.allCases`, row-major. Two networks with the same digest compute the
  /// same bits if their architectures are equal.
  public func digest() -> String {
    var digest = Digest()
    for nodeParameters in parameters {
      for role in ParameterRole.allCases {
        for parameter in nodeParameters where parameter.role == role {
          parameter.tensor.withElements { elements in
            let words = elements.map { $0.bitPattern.littleEndian }
            words.withUnsafeBytes { digest.update($0) }
          }
        }
      }
    }
    return digest.hexadecimal()
  }
}

extension Network {
  /// The share of prunable weights that are exactly 0; 0 if there are none.
  public var sparsity: Double {
    var zeros = 0
    var count = 0
    for nodeParameters in parameters {
      for parameter in nodeParameters where parameter.role.isPrunable {
        count += parameter.tensor.count
        zeros += parameter.tensor.withElements { elements in elements.count { $0 == 0 } }
      }
    }
    return count == 0 ? 0 : Double(zeros) / Double(count)
  }

  /// Bytes of the trained parameters as 32-bit floats, biases included.
  ///
  /// Batch normalisation counts with its factor and addend only, since its statistics are folded into
  /// weights before deployment.
  public var parameterBytes: Int {
    architecture.parameterCount() * MemoryLayout<Float>.size
  }

  /// The same network with one more command in its history.
  public func appending(lineage entry: LineageEntry) -> Network {
    var copy = self
    copy.lineage.append(entry)
    return copy
  }
}
