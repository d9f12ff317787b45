#!/bin/sh
for trial_dir; do :; done # the last argument
[ "$#" -eq 6 ] || { echo "$# arguments: $*" >&2; exit 1; }
[ "$1" = "1 day, 2:00:00" ] || exit 2
echo "$2" | grep -Eq '^[0-9]+$' || exit 3
[ "$3" = "$trial_dir/a" ] || exit 4
[ "$5" = 2.5 ] || exit 5
echo "$4" >> tokens.txt
echo '{"y": 1.0}' > "$trial_dir/output.json"
