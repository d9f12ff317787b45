#!/bin/sh
echo "said by the model"
echo "complained by the model" >&2
echo '{"y": 1.5}' > "$1/output.json"
