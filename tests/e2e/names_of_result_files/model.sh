#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
case "$trial" in
  *0) echo '{"y": 1.5}' > "$trial_dir/output.json" ;;
  *1) echo 'y: 2.5' > "$trial_dir/outputs.yaml" ;;
  *2) echo '{"y": 1.5}' > "$trial_dir/result.JSON" ;;
  *3) echo 'y: [3.5]' > "$trial_dir/results.yml" ;;
  *4) echo '{"y": 1.5}' > "$trial_dir/metric.json" ;;
  *5) echo '{"y": 1.5}' > "$trial_dir/metrics.json" ;;
  *6) echo '{"y": 1.5}' > "$trial_dir/output.json"; echo 'torn {' > "$trial_dir/output.json.tmp" ;;
  *7) echo '{"y": 1.5}' > "$trial_dir/output.json"; echo '{"y": 9}' > "$trial_dir/results.json" ;;
esac
