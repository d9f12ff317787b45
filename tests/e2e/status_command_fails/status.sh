#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
[ "$trial" = 000000 ] && exit 4
echo '{"trial_status": "COMPLETED", "y": 1.0}' > "$trial_dir/output.json"
