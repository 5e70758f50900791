"""Microseconds of one run of each model by LiteRT (XNNPACK, one thread): the best of many rounds."""
import os
import sys
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter

for path in sys.argv[1:]:
    interpreter = Interpreter(path, num_threads=1)
    interpreter.allocate_tensors()
    given = interpreter.get_input_details()[0]
    random = np.random.RandomState(1)
    if given["dtype"] == np.float32:
        sample = random.standard_normal(given["shape"]).astype(np.float32)
    else:
        limits = np.iinfo(given["dtype"])
        sample = random.randint(limits.min, limits.max + 1, given["shape"]).astype(given["dtype"])
    interpreter.set_tensor(given["index"], sample)
    # The bound method: Python's own wrapper takes a microsecond more.
    run = interpreter._interpreter.Invoke
    for _ in range(20):
        run()
    start = time.perf_counter()
    run()
    repeats = max(1, int(0.003 / (time.perf_counter() - start)))
    best = float("inf")
    for _ in range(60):
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        best = min(best, (time.perf_counter() - start) / repeats)
    print(f"{os.path.basename(path)}\t{best * 1e6:.2f}", flush=True)
