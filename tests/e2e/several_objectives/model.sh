#!/bin/sh
for trial_dir; do :; done # the last argument
awk -F '[:,]' '/"x"/ {x = $2} /"y"/ {y = $2}
  END {printf "{\"cost\": %.15g, \"gain\": %.15g, \"note\": 1}\n", x * x + y, 1 - (x - 1) ^ 2 - y}' \
  "$trial_dir/parameters.json" > "$trial_dir/output.json"
