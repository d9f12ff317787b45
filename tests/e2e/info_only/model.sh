#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
case "$trial" in
  *0) echo '{"y": 1.0, "extra": 2.0}' > "$trial_dir/output.json" ;;
  *1) echo '{"y": 1.0, "extra": NaN}' > "$trial_dir/output.json" ;;
esac
