"""Converts the course's datasets; called by Scripts/make-data with two folders: Fashion-MNIST's
files, and the place for the result."""

import gzip
import importlib.metadata
import importlib.util
import io
import pathlib
import shutil
import struct
import subprocess
import sys

import numpy as np
import sklearn
from sklearn import datasets

SCIKIT_LEARN_LICENCE = """\
{title}

The table is the one that scikit-learn distributes, under this licence:

{licence}"""


def packed(data: bytes) -> bytes:
    """The bytes as gzip without name and time: by zopfli where it is installed, which packs closer."""
    if shutil.which("zopfli"):
        scratch = pathlib.Path(sys.argv[2]) / "scratch"
        scratch.write_bytes(data)
        result = subprocess.run(
            ["zopfli", "--i5", "-c", str(scratch)], check=True, capture_output=True
        ).stdout
        scratch.unlink()
        return result
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


def number(value: float) -> str:
    """The shortest decimal that reads back as the same number; whole numbers without a point."""
    return str(int(value)) if value == int(value) else repr(float(value))


def write(folder: pathlib.Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def describe(folder: pathlib.Path, readme: str, licence: str) -> None:
    write(folder, "README.md", readme.encode())
    write(folder, "LICENSE", licence.encode())


def write_table(folder, name, columns, rows, answers):
    lines = [",".join(columns)] if columns else []
    for row, answer in zip(rows, answers, strict=True):
        lines.append(",".join([number(value) for value in row] + [answer]))
    write(folder, name, packed(("\n".join(lines) + "\n").encode()))


def tables(target: pathlib.Path) -> None:
    site = pathlib.Path(sklearn.__file__).parent.parent
    licence = next(site.glob("scikit_learn-*.dist-info/**/COPYING")).read_text()
    source = f"Source: PyPI scikit-learn {sklearn.__version__}"
    made = "made by `Scripts/make-data`: numbers unchanged, classes by name, packed with gzip."

    def finish(name, title, origin, content):
        describe(
            target / name,
            f"# {title}\n{source}, `{origin}`; {made}\n{content}\n",
            SCIKIT_LEARN_LICENCE.format(title=title, licence=licence),
        )

    def names(features):
        return [f.replace(" (cm)", "").replace(" ", "_") for f in features]

    def by_class(name, loaded, title, origin, content):
        answers = [str(loaded.target_names[label]) for label in loaded.target]
        columns = names(loaded.feature_names) + ["class"]
        write_table(target / name, f"{name}.csv.gz", columns, loaded.data, answers)
        finish(name, title, origin, content)

    by_class(
        "iris", datasets.load_iris(), "Iris (R. A. Fisher, 1936)", "load_iris",
        "`iris.csv.gz`: 150 rows, 4 columns in cm, class; 50 of each species.",
    )
    by_class(
        "wine", datasets.load_wine(), "Wine recognition (M. Forina and others, UCI, 1992)",
        "load_wine",
        "`wine.csv.gz`: 178 rows, 13 columns, class; 59, 71 and 48 of each cultivar.",
    )
    by_class(
        "cancer", datasets.load_breast_cancer(),
        "Breast cancer Wisconsin, diagnostic (W. Wolberg and others, UCI, 1995)",
        "load_breast_cancer",
        "`cancer.csv.gz`: 569 rows, 30 columns, class; 212 malignant, 357 benign.",
    )
    diabetes = datasets.load_diabetes(scaled=False)
    write_table(
        target / "diabetes", "diabetes.csv.gz", diabetes.feature_names + ["progression"],
        diabetes.data, [number(value) for value in diabetes.target],
    )
    finish(
        "diabetes", "Diabetes (B. Efron and others, 2004)", "load_diabetes(scaled=False)",
        "`diabetes.csv.gz`: 442 rows, 10 columns as measured (age, sex, body mass index, blood "
        "pressure, six of serum), progression after a year (25 to 346).",
    )
    digits = datasets.load_digits()
    write_table(
        target / "digits", "digits.csv.gz", [], digits.data,
        [str(label) for label in digits.target],
    )
    finish(
        "digits", "Handwritten digits (E. Alpaydin and C. Kaynak, UCI, 1998)", "load_digits",
        "`digits.csv.gz`: 1,797 rows without a header: 64 pixels of 8x8 images in 0..16, digit.",
    )


def idx_rows(source: pathlib.Path, count: int) -> bytes:
    """The first rows of an IDX file of bytes, under a header of its own."""
    data = gzip.decompress(source.read_bytes())
    rank = data[3]
    extents = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    row_bytes = 1
    for extent in extents[1:]:
        row_bytes *= extent
    header = data[:4] + struct.pack(f">{rank}I", count, *extents[1:])
    return header + data[4 + 4 * rank :][: count * row_bytes]


def fashion(source: pathlib.Path, target: pathlib.Path) -> None:
    folder = target / "fashion"
    for part, name, count in [
        ("train", "train10k", 10_000),
        ("t10k", "t10k", 10_000),
    ]:
        for kind in ["images-idx3", "labels-idx1"]:
            rows = idx_rows(source / f"{part}-{kind}-ubyte.gz", count)
            write(folder, f"{name}-{kind}-ubyte.gz", packed(rows))
    copyright_file = pathlib.Path("/usr/share/doc/dataset-fashion-mnist/copyright")
    describe(
        folder,
        "# Fashion-MNIST (H. Xiao, K. Rasul and R. Vollgraf, 2017)\n"
        "Source: Debian package dataset-fashion-mnist 0.0~git20200523.55506a9-1; made by "
        "`Scripts/make-data`: the first 10,000 of 60,000 training images and all 10,000 test "
        "images, pixels unchanged, packed again with gzip.\n"
        "IDX files of unsigned bytes, 28x28: 0 T-shirt/top, 1 Trouser, 2 Pullover, 3 Dress, 4 Coat, "
        "5 Sandal, 6 Shirt, 7 Sneaker, 8 Bag, 9 Ankle boot.\n",
        copyright_file.read_text(),
    )


def wheel_licence(package: str) -> str:
    distribution = importlib.metadata.distribution(package)
    file = next(f for f in distribution.files if f.name.upper().startswith("LICENSE"))
    return file.read_text()


def movements(target: pathlib.Path) -> None:
    """Sixteen seconds of each recording, at 25 values a second: means of two neighbours of 50."""
    package = pathlib.Path(importlib.util.find_spec("seglearn").origin).parent
    data = np.load(package / "data" / "watch_dataset.npy", allow_pickle=True).item()
    steps = 400
    order = sorted(range(len(data["X"])), key=lambda i: (data["subject"][i] > 8, i))
    values, lines = [], ["exercise,part,subject,side"]
    for index in order:
        half = data["X"][index][: 2 * steps].reshape(steps, 2, 6).mean(axis=1)
        values.append(np.round(half * 1000).clip(-32768, 32767).astype("<i2"))
        exercise = data["y_labels"][data["y"][index]]
        subject = int(data["subject"][index])
        part = "test" if subject > 8 else "train"
        lines.append(f"{exercise},{part},{subject},{int(data['side'][index])}")
    buffer = io.BytesIO()
    np.save(buffer, np.stack(values))
    folder = target / "movements"
    write(folder, "series.npy.gz", packed(buffer.getvalue()))
    write(folder, "series.csv.gz", packed(("\n".join(lines) + "\n").encode()))
    count = len(values)
    describe(
        folder,
        "# Shoulder exercises with a watch (D. M. Burns and others, 2018)\n"
        "Source: PyPI seglearn 1.2.5, `watch_dataset.npy`; made by `Scripts/make-data`: the first "
        "16 s of each recording, 25 instead of 50 values a second (means of two), rounded to "
        "thousandths.\n"
        f"`series.npy.gz`: {count} recordings x {steps} steps x 6, 16-bit, in thousandths: "
        "acceleration and rotation along three axes. `series.csv.gz`: exercise, part, subject and "
        "side of each, in the same order. Subjects 9 and 10 are in the test part alone.\n",
        wheel_licence("seglearn"),
    )


def names(target: pathlib.Path) -> None:
    """First names in the order of how common they are."""
    package = pathlib.Path(importlib.util.find_spec("names").origin).parent
    found = {}
    for file in ["dist.female.first", "dist.male.first"]:
        for line in (package / file).read_text().splitlines():
            name, share = line.split()[:2]
            found[name.lower()] = max(found.get(name.lower(), 0), float(share))
    common = sorted(found, key=lambda name: (-found[name], name))[:2000]
    folder = target / "names"
    write(folder, "names.txt", ("\n".join(common) + "\n").encode())
    describe(
        folder,
        "# First names (United States Census, 1990)\n"
        "Source: PyPI names 0.3.0, `dist.female.first` and `dist.male.first`; made by "
        "`Scripts/make-data`: the 2,000 most common, in small letters, one a line.\n",
        "The lists are works of the United States Census Bureau and in the public domain. They were "
        "taken from the Python package names by Trey Hunner, which is under the MIT licence.\n",
    )


if __name__ == "__main__":
    target_folder = pathlib.Path(sys.argv[2])
    target_folder.mkdir(parents=True, exist_ok=True)
    tables(target_folder)
    fashion(pathlib.Path(sys.argv[1]), target_folder)
    movements(target_folder)
    names(target_folder)
