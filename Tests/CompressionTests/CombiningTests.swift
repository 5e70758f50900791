import Compression
import Networks
import Tensors
import Testing

@Suite("Combining and exploring")
struct CombiningTests {
  @Test func `sees what a wrong order undoes`() throws {
    let network = try SampleNetwork.images(seed: 71)
    var random = SeededGenerator(seed: 1)
    let (pruned, _) = try prune(network, PruningOptions(sparsity: 0.6), using: &random)
    let gains = CompressionGains(pruned)
    #expect(gains.losses(in: pruned).isEmpty)
    // Clustering without keeping zeros moves them to a centroid beside 0.
    let (spoilt, _) = try cluster(pruned, ClusteringOptions(clusters: 2), using: &random)
    #expect(gains.losses(in: spoilt).map(\.description).count == 4)
    var options = ClusteringOptions(clusters: 4)
    options.keepsSparsity = true
    let (kept, _) = try cluster(pruned, options, using: &random)
    #expect(gains.losses(in: kept).isEmpty)
    // Pruning a clustered network adds the value 0.
    let (clustered, _) = try cluster(network, ClusteringOptions(clusters: 4), using: &random)
    let (late, _) = try prune(clustered, PruningOptions(sparsity: 0.1), using: &random)
    #expect(
      CompressionGains(clustered).losses(in: late).first
        == .values(layer: "conv1", before: 4, after: 5)
    )
  }

  /// By the definition, pair by pair.
  @Test(arguments: UInt64(0)..<40)
  func `the front holds whom nobody beats`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let costs = (0..<20).map { _ in (0..<3).map { _ in Double(random.nextIndex(below: 5)) } }
    let front = ParetoFront(costs: costs).members
    for (index, row) in costs.enumerated() {
      let isBeaten = costs.contains { other in
        other != row && zip(other, row).allSatisfy { $0 <= $1 }
      }
      let isRepeated = costs.prefix(index).contains(row)
      #expect(front.contains(index) == (!isBeaten && !isRepeated))
    }
  }
}
