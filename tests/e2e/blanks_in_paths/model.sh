#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
[ $# -eq 1 ] || exit 1
echo '{"y": 1.0}' > "$1/output.json"
