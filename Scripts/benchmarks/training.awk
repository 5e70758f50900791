# Makes the table of `Scripts/bench training` from the lines that training-bench and the peers print.
BEGIN {
  printf "%-10s %10s %10s %-20s %6s %9s %6s %10s %12s\n", "network", "ours /s", "peer /s", \
    "quickest peer", "ratio", "GMAC/s", "peak", "our MiB", "PyTorch MiB"
}
$1 == "peak" && $2 > peak { peak = $2 }
$1 == "ours" {
  if ($3 > ours) ours = $3
  macs = $5
  memory = $6
}
$1 == "peer" {
  if ($4 > best) { best = $4; name = $3 }
  # PyTorch as most people write it: compiling takes more.
  if ($3 == "PyTorch-plain") theirs = $6
}
$1 == "end" {
  # Forward, gradient by inputs, gradient by weights.
  rate = 3 * macs * ours
  printf "%-10s %10d %10s %-20s %6s %9.1f %5.0f%% %10.0f %12s\n", $2, ours, best ? best : "-", \
    best ? name : "-", best ? sprintf("%.2f", ours / best) : "-", rate / 1e9, 100 * rate / peak, \
    memory / 1024, theirs ? sprintf("%.0f", theirs / 1024) : "-"
  fflush()
  if (best) { logs += log(ours / best); rows++ }
  ours = best = theirs = 0
}
END {
  printf "peak of two threads in registers: %.1f GMAC/s\n", peak / 1e9
  if (rows) printf "geometric mean of the ratios: %.2f\n", exp(logs / rows)
}
