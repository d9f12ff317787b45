#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
i=0
while [ ! -e go ] && [ $i -lt 600 ]; do sleep 0.1; i=$((i + 1)); done
echo '{"y": 1.0}' > "$trial_dir/output.json"
