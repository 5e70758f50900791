import CZlib
import Inference
import Networks

/// Bytes deflated at level 9 in zlib's format, as `zlib.compress(data, 9)` gives them.
public func deflated(_ bytes: [UInt8]) -> [UInt8] {
  var length = compressBound(uLong(bytes.count))
  var result = [UInt8](repeating: 0, count: Int(length))
  let status = bytes.withUnsafeBufferPointer { source in
    result.withUnsafeMutableBufferPointer { target in
      compress2(target.baseAddress, &length, source.baseAddress, uLong(bytes.count), 9)
    }
  }
  precondition(status == Z_OK, "a buffer of compressBound bytes always suffices")
  result.removeSubrange(Int(length)...)
  return result
}

extension Network {
  /// Bytes of the parameters as stored, deflated together.
  public var deflatedBytes: Int { deflated(storedTensors.flatMap(\.bytes)).count }
}

extension Graph {
  /// Bytes of the constants as stored, deflated together.
  public var deflatedBytes: Int { deflated(storedTensors.flatMap(\.bytes)).count }
}
