#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
case "$trial" in
  *0) echo '{"y": 1.0, "l2norm": 2.0, "Zeta": 1}' > "$trial_dir/output.json" ;;
  *1) echo '{"y": 3.0, "l2norm": 1.0, "Zeta": 1}' > "$trial_dir/output.json" ;;
  *2) echo '{"y": 2.0, "l2norm": 1.25, "Zeta": 1}' > "$trial_dir/output.json" ;;
esac
