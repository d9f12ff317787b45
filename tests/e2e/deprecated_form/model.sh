#!/bin/sh
for trial_dir; do :; done # the last argument
echo '{"loss": 1.5}' > "$trial_dir/output.json"
