#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
echo '{"y": 1.0}' > "$trial_dir/output.json"
