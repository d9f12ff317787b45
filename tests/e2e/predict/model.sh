#!/bin/sh
awk -F '[:,]' '/"x"/ {x = $2} /"z"/ {z = $2}
  END {printf "{\"y\": %.15g, \"w\": %.15g}\n", 100 + 3 * x + 2 * z, -1000 * x}' "$1/parameters.json" > "$1/output.json"
