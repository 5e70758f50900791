"""What the peers of training-bench share: shapes, data, the clock and the line that they print."""
import math, resource, time
import numpy as np

# Shape of a sample (channels last), classes (None answers with its input), samples of an epoch.
NETWORKS = {
    "mlp": ((64,), 10, 1408),
    "lenet": ((28, 28, 1), 10, 2048),
    "dscnn": ((49, 10, 1), 12, 512),
    "resnet8": ((32, 32, 3), 10, 512),
    "mobilenet": ((96, 96, 3), 2, 256),
    "ae": ((640,), None, 2048),
    "lstm": ((28, 28), 10, 2048),
    "gru": ((49, 10), 12, 2048),
    "attn": ((49, 10), 12, 2048),
}
MOBILENET_BLOCKS = [
    (16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (128, 1), (128, 1), (128, 1),
    (128, 1), (256, 2), (256, 1)]
AUTOENCODER_UNITS = [128, 128, 128, 128, 8, 128, 128, 128, 128]
BATCH = 32


def samples(name):
    shape, classes, count = NETWORKS[name]
    random = np.random.default_rng(1)
    inputs = random.standard_normal((count,) + shape, dtype=np.float32)
    return inputs, inputs if classes is None else random.integers(0, classes, count)


def report(name, what, epoch, windows=5, window=0.35, warm_up=3):
    """Prints: network, peer, best and median samples/s, peak memory in KiB."""
    durations = []
    begin = time.perf_counter()
    while len(durations) < warm_up or (
            durations[-1] > 1.3 * min(durations) and time.perf_counter() - begin < 30):
        start = time.perf_counter()
        epoch()
        durations.append(time.perf_counter() - start)
    repeats = max(1, math.ceil(window / min(durations)))
    rates = []
    for _ in range(windows):
        start = time.perf_counter()
        for _ in range(repeats):
            epoch()
        rates.append(NETWORKS[name][2] * repeats / (time.perf_counter() - start))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(name, what, int(max(rates)), int(sorted(rates)[len(rates) // 2]), memory, flush=True)
