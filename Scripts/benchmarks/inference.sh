#!/bin/bash
# Usage: Scripts/bench inference [FOLDER]
# Times every .tflite model of a folder: ours and LiteRT's with XNNPACK, one thread, one sample.
set -euo pipefail
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
folder=$(CDPATH='' cd -- "${1:-$top/../shared/models}" 2>/dev/null && pwd) || {
  echo "bench inference: no folder of models at ${1:-../shared/models}; skipped" >&2
  exit 0
}
cd "$top"
shopt -s nullglob
models=("$folder"/*.tflite)
[ ${#models[@]} -gt 0 ] || { echo "bench inference: no .tflite models in $folder" >&2; exit 0; }
swift build -c release --product inference-benchmark >/dev/null
ours=$(swift build -c release --show-bin-path)/inference-benchmark
python=.venv-bench/bin/python
if ! [ -x $python ] || ! $python -c 'import ai_edge_litert' 2>/dev/null; then
  Scripts/install python3-venv
  { python3 -m venv .venv-bench && $python -m pip install -q ai-edge-litert numpy; } >/dev/null 2>&1 ||
    echo "bench inference: ai-edge-litert cannot be installed here; only our times" >&2
fi
times=$(mktemp -d)
trap 'rm -rf "$times"' EXIT
for _ in $(seq "${JATAI_BENCH_ROUNDS:-3}"); do
  "$ours" "${models[@]}" >>"$times/ours"
  $python Scripts/benchmarks/litert_inference.py "${models[@]}" >>"$times/litert" 2>/dev/null || true
done
touch "$times/litert"
awk -F '\t' '
  FILENAME ~ /ours$/ { if (!($1 in a) || $2 < a[$1]) a[$1] = $2; if (!seen[$1]++) order[++n] = $1 }
  FILENAME ~ /litert$/ { if (!($1 in b) || $2 < b[$1]) b[$1] = $2 }
  END {
    printf "%-36s %10s %10s %7s\n", "microseconds a run", "ours", "XNNPACK", "ratio"
    for (i = 1; i <= n; i++) {
      m = order[i]
      if (m in b) printf "%-36s %10.2f %10.2f %7.2f\n", m, a[m], b[m], a[m] / b[m]
      else printf "%-36s %10s\n", m, a[m]
    }
  }' "$times/ours" "$times/litert"
printf '\n%-36s %10s %10s\n' "samples a second of a whole set" "1 thread" "2 threads"
"$ours" --evaluate "${models[@]}" | awk -F '\t' '{ printf "%-36s %10s %10s\n", $1, $2, $3 }'
