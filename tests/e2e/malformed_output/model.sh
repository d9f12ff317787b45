#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
case "$trial" in
  *0) echo '{"y": 1.5}' > "$trial_dir/output.json" ;;
  *1) printf '{"y": 1.' > "$trial_dir/output.json" ;;
  *2) echo '[1.5]' > "$trial_dir/output.json" ;;
  *3) echo 'y is 1.5' > "$trial_dir/output.json" ;;
  *4) echo '{"y": 1.5}' > "$trial_dir/output.json"; echo 'y: 1.5' > "$trial_dir/output.yaml" ;;
esac
