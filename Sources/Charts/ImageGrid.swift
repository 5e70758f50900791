/// Small pictures in rows, such as samples with their classes or the filters of a layer.
public struct ImageGrid: Hashable, Sendable {
  /// The pictures in reading order.
  public var images: [Picture]

  /// A picture with a caption.
  public struct Picture: Hashable, Sendable {
    /// What is written below it.
    public var caption: String
    /// Pixels in a row.
    public var width: Int
    /// 1 for grey, 3 for red, green and blue.
    public var channels: Int
    /// Brightness from 0 to 1, row by row, channels together.
    public var brightness: [Double]

    /// A picture; other brightness is cut to 0...1.
    public init(caption: String, width: Int, channels: Int = 1, brightness: [Double]) {
      self.caption = caption
      self.width = width
      self.channels = channels
      self.brightness = brightness
    }

    /// Whole rows only.
    var height: Int {
      width > 0 && (channels == 1 || channels == 3) ? brightness.count / channels / width : 0
    }

    /// A pixel's red, green and blue, each in 0...255; black outside.
    func pixel(_ x: Int, _ y: Int) -> (red: Int, green: Int, blue: Int) {
      guard x < width, y < height else { return (0, 0, 0) }
      let start = (y * width + x) * channels
      let levels = (0..<channels).map { channel -> Int in
        let value = brightness[start + channel]
        return value.isNaN ? 0 : Int((min(1, max(0, value)) * 255).rounded())
      }
      return channels == 3 ? (levels[0], levels[1], levels[2]) : (levels[0], levels[0], levels[0])
    }

    /// The mean of red, green and blue, in 0...1.
    func grey(_ x: Int, _ y: Int) -> Double {
      let pixel = pixel(x, y)
      return Double(pixel.red + pixel.green + pixel.blue) / 765
    }
  }

  /// A grid.
  public init(images: [Picture]) { self.images = images }
}
