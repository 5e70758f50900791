"""One-dimensional k-means of 269,992 Laplace weights in scikit-learn; writes them as an .npy file."""
import sys
import time

import numpy as np
from sklearn.cluster import KMeans

weights = np.random.RandomState(3).laplace(0, 0.05, 269992).astype("float32")
np.save(sys.argv[1], weights.reshape(8, -1))
for k in (16, 256):
    times = []
    for seed in range(3):
        model = KMeans(k, n_init=1, random_state=seed)
        start = time.perf_counter()
        model.fit(weights.reshape(-1, 1))
        times.append(time.perf_counter() - start)
    centroids = np.sort(model.cluster_centers_.ravel())
    nearest = np.searchsorted((centroids[1:] + centroids[:-1]) / 2, weights)
    error = float(((weights.astype("float64") - centroids[nearest]) ** 2).sum())
    print(f"scikit-learn KMeans, {k} centroids: {min(times) * 1e3:.1f} ms, error {error:.6g}")
