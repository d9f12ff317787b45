#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
[ "$trial" = 000001 ] && y=5.0 || y=1.0
echo "{\"y\": $y}" > "$trial_dir/output.json"
