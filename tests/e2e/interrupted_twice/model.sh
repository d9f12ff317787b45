#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
echo "model of trial $trial"
[ "$trial" = 000000 ] || [ -e quick ] || { echo $$ > model.pid; sleep 600; }
echo '{"y": 1.0}' > "$trial_dir/output.json"
