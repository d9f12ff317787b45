#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
x="$(sed -n 's/.*"x": *\([0-9.e-]*\).*/\1/p' "$trial_dir/parameters.json")"
awk -v x="$x" 'BEGIN { printf "{\"y\": %.15g}\n", (x - 0.3) ^ 2 }' > "$trial_dir/output.json"
