#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
[ "$trial" = 000001 ] && status=FAILED || status=COMPLETED
echo "{\"trial_status\": \"$status\", \"y\": 1.0}" > "$trial_dir/output.json"
