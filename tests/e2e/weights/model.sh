#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
case "$trial" in
  *0) echo '{"a": 1.0, "b": 3.0}' > "$trial_dir/output.json" ;;
  *1) echo '{"a": 2.0, "b": 1.0}' > "$trial_dir/output.json" ;;
esac
