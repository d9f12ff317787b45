#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
[ "$trial" = 1_1 ] && exit 1
echo '{"y": 1.0}' > "$trial_dir/output.json"
