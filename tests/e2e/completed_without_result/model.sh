#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
echo '{"trial_status": "COMPLETED"}' > "$trial_dir/trial_status.json"
[ "$trial" = 000001 ] || echo '{"y": 1.5}' > "$trial_dir/output.json"
