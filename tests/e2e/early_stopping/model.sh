# Trials 3 and 6 are bad, and would take for ever; the line that is being written is never finished.
case "$1" in
  *[36]) y=9 ;;
  *)     y=1 ;;
esac
echo '{"step": 1, "metrics": {"y": NaN}}' > "$1/progress.jsonl"
echo 'no json' >> "$1/progress.jsonl"
for step in 2 3; do
  echo "{\"step\": $step, \"metrics\": {\"y\": $y}}" >> "$1/progress.jsonl"
done
printf '{"step": 4, "met' >> "$1/progress.jsonl"
[ $y = 1 ] || sleep 1000
echo "{\"y\": $y}" > "$1/output.json"
