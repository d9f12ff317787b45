#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
case "$trial" in
  *0) echo '{"y": 1.5}' > "$trial_dir/output.json" ;;
  *1) echo 4711 ;;
esac
