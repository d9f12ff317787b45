#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
awk 'BEGIN { srand(1) } { s += length($0) } END { printf "{\"y\": %.6g}\n", s }' "$trial_dir/parameters.json" > "$trial_dir/output.json"
