#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
case "$trial" in
  *0) status=3 ;;
  *1) status='"DONE"' ;;
  *2) status=17 ;;
  *3) status=0 ;;
esac
echo "{\"trial_status\": $status, \"y\": 1.0}" > "$trial_dir/output.json"
