#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
echo '{"trial_status": 4}' > "$trial_dir/trial_status.json"
echo '{"y": 2.0}' > "$trial_dir/output.tmp"
mv "$trial_dir/output.tmp" "$trial_dir/output.json"
echo '{"trial_status": "COMPLETED"}' > "$trial_dir/status.tmp"
mv "$trial_dir/status.tmp" "$trial_dir/trial_status.json"
