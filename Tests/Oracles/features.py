"""Prints the spectral features in Tests/DatasetsTests/SpectralValues.swift, with NumPy and SciPy.

usage: python3 features.py > ../DatasetsTests/SpectralValues.swift   (NumPy 2.4, SciPy 1.17)

The formulas are those of TensorFlow's documentation (tf.signal.stft with its periodic Hann window,
linear_to_mel_weight_matrix, mfccs_from_log_mel_spectrograms), computed with SciPy's FFT and DCT.
"""

import numpy as np
import scipy.fft
import scipy.signal


def signal(count):
    """Whole numbers over 32768, so that a test can make the same to the last bit."""
    index = np.arange(count)
    return ((index * 7919 + index * index * 31) % 20011 - 10005) / 32768


def mel(f):
    return 1127 * np.log1p(f / 700)


def filters(bands, bins, rate, low, high):
    mels = mel(np.linspace(0, rate / 2, bins))[1:, None]
    edges = np.linspace(mel(low), mel(high), bands + 2)
    lower, center, upper = edges[:-2], edges[1:-1], edges[2:]
    weights = np.maximum(0, np.minimum((mels - lower) / (center - lower), (upper - mels) / (upper - center)))
    return np.pad(weights, [(1, 0), (0, 0)])


def spectrum(x, frame, hop):
    size = 1 << (frame - 1).bit_length()
    window = scipy.signal.get_window("hann", frame, fftbins=True)
    frames = np.stack([x[s : s + frame] for s in range(0, len(x) - frame + 1, hop)])
    return np.abs(scipy.fft.rfft(frames * window, size))


def logmel(x, frame, hop, bands, rate):
    s = spectrum(x, frame, hop)
    return np.log(s @ filters(bands, s.shape[1], rate, 20, min(4000, rate / 2)) + 1e-6)


def mfcc(x, frame, hop, bands, coefficients, rate):
    d = scipy.fft.dct(logmel(x, frame, hop, bands, rate), type=2)
    return (d / np.sqrt(2 * bands))[:, :coefficients]


def swift(name, array):
    rows = ", ".join(f"{v:.9g}" for v in np.asarray(array).ravel())
    text = f"  static let {name}: [Float] = [\n"
    line = "   "
    for word in rows.split(", "):
        if len(line) + len(word) + 2 > 98:
            text += line + "\n"
            line = "   "
        line += f" {word},"
    return text + line + "\n  ]\n"


x = signal(400)
print("/// What Tests/Oracles/features.py printed; see there for how.")
print("enum SpectralValues {")
print("  /// Frames of 20 values, 150 apart: 3 x 17 bins.")
print(swift("spectrum", spectrum(x, 20, 150)))
print("  /// Frames of 200 values, 100 apart, 8 bands at 8 kHz: 3 x 8.")
print(swift("logMel", logmel(x, 200, 100, 8, 8000)))
print("  /// Frames of 240 values, 160 apart, 5 of 12 coefficients at 16 kHz: 2 x 5.")
print(swift("mfcc", mfcc(x, 240, 160, 12, 5, 16000)), end="")
print("}")
