#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
[ $# -eq 8 ] || { echo "$# arguments" >&2; exit 1; }
[ "$1" = 'two words' ] && [ "$2" = 'a "quoted" one' ] && [ "$3" = '' ] && [ "$4" = '$HOME' ] || exit 2
[ "$5" = '>' ] && [ "$6" = 'a b' ] && [ "$7" = '*' ] || exit 3
echo '{"y": 1.0}' > "$8/output.json"
