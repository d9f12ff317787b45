#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
mkdir -p alive
: > "alive/$trial"
i=0 # the first ones wait for each other, so that three are alive at once
while [ "$(ls alive | wc -l)" -lt 3 ] && [ ! -e met ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i + 1)); done
: > met
ls alive | wc -l >> most
sleep 0.2
rm "alive/$trial"
echo '{"y": 1.0}' > "$trial_dir/output.json"
