#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
case "$trial" in
  *1) y=NaN ;;
  *2) y='"NA"' ;;
  *3) y='"nan"' ;;
  *4) y='["NaN"]' ;;
  *5) y=null ;;
  *6) y='[null]' ;;
  *) y=1.0 ;;
esac
echo "{\"y\": $y}" > "$trial_dir/output.json"
