#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
echo "$trial" >> starts
echo "model of trial $trial"
sleep 1
echo '{"y": 1.0}' > "$trial_dir/output.json"
