#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
echo "model of trial $trial"
# Ctrl-C comes in here: long enough for a reader on a busy machine.
[ "$trial" = 000002 ] && sleep 3
echo '{"y": 1.0}' > "$trial_dir/output.json"
