#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
if [ "$trial" = 000001 ]; then
  echo '{"y": {{ 1+1 }}}' > "$trial_dir/output.json"
else
  echo '{"y": 1.0}' > "$trial_dir/output.json"
fi
