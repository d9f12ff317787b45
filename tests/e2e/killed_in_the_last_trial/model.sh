#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
echo "model of trial $trial"
if [ "$trial" = 000002 ]; then
  until [ -e go ]; do sleep 0.05; done
fi
echo '{"y": 1.0}' > "$trial_dir/output.json"
