# Nothing gets better after the third trial: 3, 2, 1, 1, 2, 3, 1, 2, ...
case "$1" in
  *000000) y=3 ;;
  *000001) y=2 ;;
  *[25])   y=1 ;;
  *)       y=2 ;;
esac
echo "{\"y\": $y}" > "$1/output.json"
