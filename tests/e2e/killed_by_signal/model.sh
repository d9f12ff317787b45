#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
[ "$trial" = 000001 ] && kill -SEGV $$
echo '{"y": 1.0}' > "$trial_dir/output.json"
