#!/bin/sh
for trial_dir; do :; done # the last argument
[ "$#" -eq 7 ] || { echo "$# arguments: $*" >&2; exit 1; }
[ "$1" = "--out=$trial_dir/x.log" ] || exit 2
echo "$2" | grep -Eq '^[0-9]\.[0-9][0-9]$' || exit 3
[ "$3 $4" = "24 --deep" ] || exit 4
[ "$5" = "2013-01-01 end" ] || exit 5
[ "$6" = config.yaml.j2 ] || exit 6
echo '{"y": {{ 1 }}, "z": 1}' > "$trial_dir/ignored.json"
echo '{"y": 1.0}' > "$trial_dir/output.json"
