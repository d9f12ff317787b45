#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
exit 1
