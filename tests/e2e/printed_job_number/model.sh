#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
setsid sh -c 'sleep 1; echo "{\"y\": 1.5}" > "$1/output.json"' job "$trial_dir" > /dev/null 2>&1 < /dev/null &
echo "Submitted batch job 4711"
