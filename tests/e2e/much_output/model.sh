#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
cat # standard input is empty
awk 'BEGIN { for (i = 0; i < 10000; ++i) { print "a line of output"; print "a line of output on error" > "/dev/stderr" } }'
echo '{"y": 1.0}' > "$trial_dir/output.json"
