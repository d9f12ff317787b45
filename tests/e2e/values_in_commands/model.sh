#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
[ $# -eq 4 ] || { echo "$# arguments" >&2; exit 1; }
[ "$1" = '--name=it is "so"; touch owned' ] || exit 2
[ "$2" = "$4/log.txt" ] || exit 3
grep -q "\"x\": $3" "$4/parameters.json" || exit 4
echo '{"y": 1.0}' > "$4/output.json"
