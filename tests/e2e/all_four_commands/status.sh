#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
echo status >> "$trial_dir/calls"
[ -e "$trial_dir/looked_once" ] && echo '{"trial_status": "COMPLETED"}' > "$trial_dir/trial_status.json"
: > "$trial_dir/looked_once"
