/// `text` with everything replaced that could do something to a terminal instead of being seen.
///
/// Control characters become their pictures (`␛`), tabs and newlines too; formats that turn the
/// writing direction or hide text become `�`.
public func printable(_ text: String) -> String {
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
  var result = ""
  for scalar in text.unicodeScalars { result.unicodeScalars.append(picture(of: scalar)) }
  return result
}

/// What is shown for a scalar, mostly itself.
private func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar {
  let firstPicture: UInt32 = 0x2400
  if scalar.value < 0x20 { return Unicode.Scalar(firstPicture + scalar.value) ?? "\u{FFFD}" }
  if scalar.value == 0x7F { return "\u{2421}" }
  if scalar.value < 0x7F { return scalar }
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator, .surrogate: return "\u{FFFD}"
  // The joiners are part of emoji and of words in Indic and Arabic scripts.
  case .format: return scalar == "\u{200C}" || scalar == "\u{200D}" ? scalar : "\u{FFFD}"
  default: return scalar
  }
}
