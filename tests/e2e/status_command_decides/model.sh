#!/bin/sh
for trial_dir; do :; done # the last argument
trial="$(basename "$trial_dir")"
: # the work is done elsewhere
