#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
[ "$trial" = 000001 ] && exit 9
echo configured > "$trial_dir/config.txt"
