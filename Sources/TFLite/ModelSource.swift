/// A model as C source: an array for linking into firmware, twelve bytes a line.
///
/// `bytes` is the `.tflite` file. The array is called `name`; characters that C does not allow in
/// names become `_`.
public func modelSource(_ bytes: [UInt8], name: String) -> String {
  var identifier = String(
    name.unicodeScalars.map { scalar -> Character in
      let isAllowed =
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      return isAllowed ? Character(scalar) : "_"
    }
  )
  if identifier.isEmpty || identifier.first?.isNumber == true { identifier = "model_" + identifier }
  var text = """
    // \(bytes.count) bytes of a TensorFlow Lite model.
    #include <stdint.h>

    _Alignas(16) const uint8_t \(identifier)[] = {

    """
  let digits = Array("0123456789abcdef")
  for start in stride(from: 0, to: bytes.count, by: 12) {
    let line = bytes[start..<min(start + 12, bytes.count)].map { byte in
      "0x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
    text += "  " + line.joined(separator: ", ") + ",\n"
  }
  return text + """
    };
    const unsigned int \(identifier)_len = \(bytes.count);

    """
}
