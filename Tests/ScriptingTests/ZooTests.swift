import Diagnostics
import Scripting
import Testing

/// Sizes of the networks of the literature.
///
/// AlexNet by hand from the paper's layers; VGG-16, ResNet-50 and MobileNet from the summaries of
/// Keras Applications and the counters of torchvision; the small ones from the reference models of
/// MLPerf Tiny.
struct ZooSizes: CustomTestStringConvertible, Sendable {
  let call: String
  let parameters: Int
  let statistics: Int
  let macs: Int?

  var testDescription: String { call }

  static let all = [
    ZooSizes(call: "lenet5()", parameters: 61_706, statistics: 0, macs: 416_520),
    ZooSizes(call: "alexnet()", parameters: 60_965_224, statistics: 0, macs: 724_406_816),
    ZooSizes(
      call: "alexnet(grouped=false)",
      parameters: 62_378_344,
      statistics: 0,
      macs: 1_135_256_096
    ),
    ZooSizes(call: "vgg16()", parameters: 138_357_544, statistics: 0, macs: 15_470_264_320),
    ZooSizes(call: "resnet50()", parameters: 25_557_032, statistics: 53_120, macs: 4_089_184_256),
    ZooSizes(call: "mobilenet_v1()", parameters: 4_231_976, statistics: 21_888, macs: 568_740_352),
    ZooSizes(
      call: "mobilenet_v1(width=0.25, input=96x96x3)",
      parameters: 216_322,
      statistics: 221_794 - 216_322,
      macs: nil
    ),
    ZooSizes(call: "mobilenet_v2()", parameters: 3_504_872, statistics: 34_112, macs: 300_774_272),
    ZooSizes(call: "resnet8()", parameters: 78_186, statistics: 78_666 - 78_186, macs: nil),
    ZooSizes(call: "dscnn()", parameters: 23_756, statistics: 24_908 - 23_756, macs: nil),
    ZooSizes(call: "autoencoder()", parameters: 267_928, statistics: 269_992 - 267_928, macs: nil),
  ]
}

@Suite struct ZooTests {
  @Test(arguments: ZooSizes.all)
  func `a network has the published size and needs no memory to tell it`(sizes: ZooSizes) throws {
    var script = """
      limit memory=1KiB
      net = zoo.\(sizes.call)
      expect parameters(net) == \(sizes.parameters)
      expect parameters(net, all=true) == \(sizes.parameters + sizes.statistics)
      expect size(net) == \(sizes.parameters * 4)B
      show net

      """
    if let macs = sizes.macs { script += "expect macs(net) == \(macs)\n" }
    let host = TestHost()
    let session = Session(host: host)
    let outcome = session.run(SourceFile(name: "zoo.jatai", text: script))
    #expect(outcome.exitCode == 0, "\(host.diagnostics.map(\.message))")
    guard case .network(let network)? = session.value(of: "net") else {
      Issue.record("'net' is no network")
      return
    }
    #expect(network.isPending)
  }

  @Test func `weights follow from the stream of the call, whenever they are drawn`() throws {
    func digests(_ script: String) -> [String] {
      let host = TestHost()
      let session = Session(host: host)
      _ = session.run(SourceFile(name: "zoo.jatai", text: script))
      return host.lines.map(\.text)
    }
    let late = digests("a = zoo.lenet5()\nb = zoo.lenet5()\nprint digest(b)\nprint digest(a)")
    let early = digests("a = zoo.lenet5()\nprint digest(a)\nb = zoo.lenet5()\nprint digest(b)")
    #expect(late.count == 2)
    #expect(late == early.reversed())
    #expect(late.first != late.last)
  }
}
