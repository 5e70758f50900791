"""Speaks the course's words; called by Scripts/make-speech with the folder of the result.

Eight words, four in Portuguese and four in English, by eleven voices at two pitches and two speeds.
Two of the voices are heard in the test part alone.
"""

import gzip
import io
import pathlib
import struct
import subprocess
import sys

WORDS = [
    ("sim", "pt-br"), ("não", "pt-br"), ("liga", "pt-br"), ("desliga", "pt-br"),
    ("yes", "en"), ("no", "en"), ("on", "en"), ("off", "en"),
]
VOICES = ["m1", "m2", "m3", "m4", "m5", "f1", "f2", "f3", "f4"]
TEST_VOICES = ["m7", "f5"]
PITCHES = [35, 65]
SPEEDS = [130, 175]
RATE = 8000
COUNT = RATE * 4 // 5

README = """\
# Spoken words
Made by `Scripts/make-speech` with Debian's espeak-ng 1.51 and sox 14.4.2; no person's voice is in it.
`clips.npy.gz`: {clips} x {count} unsigned bytes, 0.8 s at 8 kHz, silence 128; begins where the word
begins. `clips.csv.gz`: word, part, voice, pitch and speed of each clip, in the same order.
Words: {words} (Portuguese of Brazil, then English). The voices {test} are in the test part alone.
"""
LICENCE = """\
The recordings are output of eSpeak NG, which puts no claim on what it speaks. They were made for this
project and are dedicated to the public domain under CC0 1.0
(https://creativecommons.org/publicdomain/zero/1.0/).
"""


def packed(data: bytes) -> bytes:
    """The bytes as gzip without name and time."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


def speak(word: str, language: str, voice: str, pitch: int, speed: int) -> bytes:
    """A clip of COUNT unsigned bytes: as loud as it can be, from the word's first sound on."""
    wav = subprocess.run(
        ["espeak-ng", "-v", f"{language}+{voice}", "-p", str(pitch), "-s", str(speed), "--stdout", word],
        check=True, capture_output=True,
    ).stdout
    # espeak-ng does not know how long its output will be, so its header says nothing of use.
    start = wav.index(b"data") + 8
    rate = struct.unpack("<I", wav[24:28])[0]
    raw = subprocess.run(
        ["sox", "-D", "-t", "raw", "-r", str(rate), "-e", "signed", "-b", "16", "-c", "1", "-",
         "-t", "raw", "-e", "unsigned", "-b", "8", "-c", "1", "-r", str(RATE), "-",
         "norm", "-1", "silence", "1", "0.005", "1%"],
        input=wav[start:], check=True, capture_output=True,
    ).stdout
    return raw[:COUNT].ljust(COUNT, b"\x80")


def npy(rows: list[bytes]) -> bytes:
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({len(rows)}, {COUNT}), }}"
    length = 10 + len(header) + 1
    header += " " * (-length % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + b"".join(rows)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    clips, lines = [], ["word,part,voice,pitch,speed"]
    for part, voices in [("train", VOICES), ("test", TEST_VOICES)]:
        for voice in voices:
            for pitch in PITCHES:
                for speed in SPEEDS:
                    for word, language in WORDS:
                        clips.append(speak(word, language, voice, pitch, speed))
                        lines.append(f"{word},{part},{voice},{pitch},{speed}")
    (folder / "clips.npy.gz").write_bytes(packed(npy(clips)))
    (folder / "clips.csv.gz").write_bytes(packed(("\n".join(lines) + "\n").encode()))
    (folder / "README.md").write_text(
        README.format(
            clips=len(clips), count=COUNT, words=", ".join(word for word, _ in WORDS),
            test=" and ".join(TEST_VOICES),
        )
    )
    (folder / "LICENSE").write_text(LICENCE)


if __name__ == "__main__":
    main()
