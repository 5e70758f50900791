/// An amount of memory as people read it: `13.2KiB`, `311KiB`, `1MiB`.
///
/// At most one decimal, rounded up, so that what is too large never looks as if it fitted.
public func byteText(_ bytes: Int) -> String {
  var unit = 1
  var name = "B"
  for (size, symbol) in [(1 << 10, "KiB"), (1 << 20, "MiB"), (1 << 30, "GiB"), (1 << 40, "TiB")]
  where bytes >= size { (unit, name) = (size, symbol) }
  if bytes.isMultiple(of: unit) { return "\(bytes / unit)\(name)" }
  let whole = bytes / unit
  let tenths = (bytes % unit * 10 + unit - 1) / unit
  return tenths == 10 ? "\(whole + 1)\(name)" : "\(whole).\(tenths)\(name)"
}
