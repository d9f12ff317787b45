#!/bin/sh
# Says FAILED by itself where the tank would be higher than the room; everything else is a result.
trial_dir="$1"
value() { sed -n "s/.*\"$1\": *\([0-9.e+-]*\).*/\1/p" "$trial_dir/parameters.json"; }

awk -v x="$(value x)" -v y="$(value y)" 'BEGIN {
  z = 1000 / (x * y)
  if (z > 100) print "{\"trial_status\": \"FAILED\"}"
  else printf "{\"trial_status\": \"COMPLETED\", \"surface\": %.12g}\n", 2 * (x * y + x * z + y * z)
}' > "$trial_dir/output.json"
