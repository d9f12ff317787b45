#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
case "$trial" in
  *2) echo '{"yy": 1.5, "runtime": 3.0}' > "$trial_dir/output.json" ;;
  *) echo '{"y": 1.5, "runtime": 3.0}' > "$trial_dir/output.json" ;;
esac
