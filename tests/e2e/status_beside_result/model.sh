#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
echo '{"y": 4.0}' > "$trial_dir/result.json"
if [ "$trial" = 000001 ]; then status=FAILED; else status=COMPLETED; fi
echo "{\"trial_status\": \"$status\"}" > "$trial_dir/trial_status.json"
