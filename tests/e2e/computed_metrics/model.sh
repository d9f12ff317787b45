#!/bin/sh
for trial_dir; do :; done # the last argument
case "$(basename "$trial_dir")" in
  # each metric under its name
  000000) text='{"RMSE": {"y_true": [1, 2, 3, 4], "y_pred": [1, 2, 5, 4], "note": "left out"},
    "typical": {"y_true": [1, 2, 3], "y_pred": [1, 2, 5]}, "branin": {"x0": 0.5, "x1": 0.5},
    "share": {"y_true": [1, 2, 3, 4], "y_pred": [1, 2, 5, 4], "normalizer": "iqr"},
    "late": {"a": [1, 2, 6], "sem": 0.5}}' ;;
  # one result for all that can be made of it
  000001) text='{"y_true": [1, 2, 3, 4], "y_pred": [1, 2, 5, 4]}' ;;
  # a bare number is no argument; what is for information may fail
  000002) text='{"RMSE": 3.5}' ;;
  *) text='{"RMSE": {"y_true": [1, 2], "y_pred": [1, 2, 3]}, "branin": [1]}' ;;
esac
echo "$text" > "$trial_dir/output.json"
