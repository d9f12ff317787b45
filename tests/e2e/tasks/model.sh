#!/bin/sh
# The harbour's values are lower than any of the coast's.
for trial_dir; do :; done # the last argument
x="$(sed -n 's/.*"x": *\([0-9.e-]*\).*/\1/p' "$trial_dir/parameters.json")"
level=0
grep -q harbour "$trial_dir/parameters.json" && level=-100
awk -v x="$x" -v level="$level" 'BEGIN { printf "{\"y\": %.15g}\n", (x - 0.3) ^ 2 + level }' > "$trial_dir/output.json"
