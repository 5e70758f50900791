// Usage: training-bench NETWORK [WINDOWS] | training-bench cpu NETWORK [WINDOWS]
//        | training-bench peak | training-bench digest NETWORK STEPS
//
// Trains one of the reference networks (batch 32, Adam, 2 threads, shuffling and accuracy included)
// and prints: network, best and median samples/s over windows of about 0.35 s, multiply-adds of one
// sample forward, peak memory of this process in KiB. `cpu` takes one thread and counts seconds of
// processor time, which lets kernels be compared on a busy machine. `peak` prints the multiply-adds
// per second that two threads reach in registers. `digest` prints the digest of the weights after
// some steps and the instruction set that they were made with (see Scripts/check-avx512).
import CKernels
import Glibc
import Networks
import ReferenceNetworks
import Tensors

/// Seconds of a clock.
func seconds(_ clock: clockid_t = CLOCK_MONOTONIC) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Peak resident memory of this process in KiB.
func peakMemory() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Int(usage.ru_maxrss)
}

/// The quickest of many short bursts of multiply-adds in registers, on two threads at once.
func multiplyAddPeak() -> Double {
  let pool = ThreadPool(threads: 2)
  var best = 0.0
  for _ in 0..<200 {
    let start = seconds()
    pool.run(2) { _ in _ = ck_multiply_add_burst(100_000) }
    let work = 2 * Double(ck_multiply_add_burst_count(100_000))
    best = max(best, work / (seconds() - start))
  }
  return best
}

/// Samples of an epoch: whole batches only.
func sampleCount(_ network: ReferenceNetwork) -> Int {
  switch network {
  case .mlp: 1408
  case .mobilenet: 256
  case .resnet8, .dscnn: 512
  case .lenet, .autoencoder, .lstm, .gru, .attention: 2048
  }
}

/// Trains and prints; `threads` and `clock` say what a second is.
func measure(
  _ network: ReferenceNetwork,
  windows: Int,
  threads: Int,
  clock: clockid_t
) throws {
  let architecture = try network.architecture()
  var generator = SeededGenerator(seed: 1)
  let samples = network.samples(sampleCount(network))
  var options = TrainingOptions()
  options.epochs = 1_000_000
  options.threads = threads
  let trainer = try Trainer(
    Network(architecture, using: &generator),
    on: samples,
    options: options
  )
  var epoch = Double.infinity
  for _ in 0..<3 {
    let start = seconds(clock)
    try trainer.runEpoch()
    epoch = min(epoch, seconds(clock) - start)
  }
  let epochs = max(1, Int((0.35 / epoch).rounded(.up)))
  var rates: [Double] = []
  for _ in 0..<windows {
    let start = seconds(clock)
    for _ in 0..<epochs { try trainer.runEpoch() }
    rates.append(Double(samples.count * epochs) / (seconds(clock) - start))
  }
  rates.sort()
  print(
    network.rawValue,
    Int(rates[rates.count - 1]),
    Int(rates[rates.count / 2]),
    architecture.macCount,
    peakMemory()
  )
}

var arguments = Array(CommandLine.arguments.dropFirst())
let countsProcessorTime = arguments.first == "cpu"
if countsProcessorTime { arguments.removeFirst() }
if arguments.first == "peak" {
  print(Int(multiplyAddPeak()))
} else if arguments.count == 3, arguments[0] == "digest", let steps = Int(arguments[2]),
  let network = ReferenceNetwork(rawValue: arguments[1])
{
  let set = String(cString: ck_instruction_set_name(ck_instruction_set()))
  print(network.rawValue, try network.digest(afterSteps: steps, batch: 32, threads: 1), set)
} else if let name = arguments.first, let network = ReferenceNetwork(rawValue: name) {
  try measure(
    network,
    windows: arguments.dropFirst().first.flatMap(Int.init) ?? 7,
    threads: countsProcessorTime ? 1 : 2,
    clock: countsProcessorTime ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC
  )
} else {
  print("training-bench peak |", ReferenceNetwork.allCases.map(\.rawValue).joined(separator: " | "))
  exit(2)
}
