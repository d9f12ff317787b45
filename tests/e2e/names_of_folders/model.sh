#!/bin/sh
echo '{"y": 1.5}' > "$1/output.json"
