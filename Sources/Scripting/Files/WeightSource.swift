import Datasets
import Diagnostics
import Tensors

/// Weights given by hand: nested lists, a tensor, or a `.csv` or `.npy` file.
enum WeightSource {
  static func read(
    _ given: GivenValue,
    session: Session
  ) throws(Diagnostic) -> (extents: [Int], values: [Double]) {
    guard case .string(let path) = given.value else { return try NestedNumbers.read(given) }
    let bytes = try session.readFile(path, at: given.range)
    do throws(DatasetError) {
      if NPYFile.isNPY(bytes) {
        let array = try NPYFile.read(bytes)
        return (array.shape.extents, array.tensor.values.map { Double($0) })
      }
      let table = try CSVFile.read(bytes)
      var values: [Double] = []
      for row in 0..<table.rowCount {
        for column in table.columns {
          guard case .number(let number) = column.cells[row] else {
            throw .textInput(column: column.name, example: "line \(row + 1)")
          }
          values.append(number)
        }
      }
      return ([table.rowCount, table.columns.count], values)
    } catch {
      throw Diagnostic("data", error.description, at: given.range, remedy: error.remedy)
    }
  }
}
