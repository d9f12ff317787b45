#!/usr/bin/env python3
"""Validates configs against docs/config.schema.json with python3-jsonschema.

    check_configs.py CONFIG_AS_JSON        # status 77 where jsonschema is not installed

Every config of the examples and the end-to-end scenarios that is in the present form and no template must be valid.
Those in BAD must not be, each for a wrong key, type or value that a schema can see.
"""

import json
import subprocess
import sys
from pathlib import Path

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)

ROOT = Path(__file__).resolve().parent.parent.parent
# Scenarios whose configs are wrong on purpose; a schema sees only what is named in BAD.
WRONG = ["bad_configs", "refused_by_name"]
BAD = {
    "wrong.yaml",
    "unknown_key.yaml",
    "unknown_metric_key.yaml",
    "unknown_type.yaml",
    "unknown_model.yaml",
    "wrong_type.yaml",
    "empty_steps.yaml",
    "failure_rate.yaml",
    "negative_grace.yaml",
    "no_metric.yaml",
    "not_a_mapping.yaml",
}
# Wrong in one thing each, beside those files.
PRESENT = {"objective": {"metrics": [{"name": "y"}]}, "parameters": {"x": {"type": "range", "bounds": [0.0, 1.0]}}}
WRONG_PARTS = [
    {"n_trials": "many"},
    {"n_trials": 0},
    {"scheduler": {"max_pending_trial": 3}},
    {"scheduler": {"on_interrupt": "go"}},
    {"parameters": {"x": {"type": "range"}}},
    {"parameters": {"x": {"type": "range", "bounds": [0.0]}}},
    {"parameters": {"x": [0, 1]}},
    {"parameters": [{"type": "fixed", "value": 1}]},
    {"objective": {"metrics": [{"minimize": True}]}},
    {"objective": {"metrics": [{"name": "y", "noise_sd": -1}]}},
    {"generation_strategy": {"steps": [{"model": "SOBOL"}]}},
    {"script_options": {"run_model": ["sh", "model.sh"]}},
    {"optimization_options": {}},
    {"scheduler": {"global_stopping_strategy": {"type": "improvment", "min_trials": 5}}},
    {"scheduler": {"global_stopping_strategy": {"type": "improvement"}}},
    {"scheduler": {"global_stopping_strategy": {"type": "wall_clock", "hours": -1}}},
    {"scheduler": {"global_stopping_strategy": {"min_trials": 5}}},
    {"scheduler": {"global_stopping_strategy": {"type": "or", "left": {"type": "target", "value": 1}, "right": {"type": "target"}}}},
    {"scheduler": {"early_stopping_strategy": {"type": "percentile", "percentile": 50}}},
    {"scheduler": {"early_stopping_strategy": {"type": "percentile", "percentile_threshold": 101}}},
    {"scheduler": {"early_stopping_strategy": {"type": "threshold", "metric_names": ["a", "b"]}}},
    {"scheduler": {"early_stopping_strategy": {"type": "threshold", "normalize_progressions": True}}},
    {"generation_strategy": {"steps": [{"model": "ALEBO", "num_trials": -1}]}},
]
RIGHT_PARTS = [
    {"scheduler": None, "generation_strategy": None, "script_options": None, "parameter_constraints": None},
    {"parameters": {"x": 3, "y": "text", "z": True}},
    {"parameters": [{"name": "x", "type": "choice", "values": [1, 2]}]},
    {"parameter_keys": [["models", 0, "params"]], "models": [{"params": {"x": 1}}], "parameters": None},
    {"script_options": {"run_cmd": "sh model.sh", "exp_name": 2024}},
    {"scheduler": {"global_stopping_strategy": {"type": "and", "left": {"type": "ImprovementGlobalStoppingStrategy", "min_trials": 5, "window_size": 3},
                                                "right": {"type": "wall_clock", "hours": 0.5}}}},
    {"scheduler": {"early_stopping_strategy": {"type": "PercentileEarlyStoppingStrategy", "min_curves": None, "trial_indices_to_ignore": [0],
                                               "metric_names": ["y"], "normalize_progressions": False}}},
    {"objective": {"metrics": [{"metric": "RMSE", "lower_is_better": True, "noise_sd": None}], "weights": [1]}},
]


def is_config(path):
    return path.suffix in (".yaml", ".yml", ".json") and path.name not in ("expect.json", "config.schema.json")


def main():
    schema = json.loads((ROOT / "docs/config.schema.json").read_text())
    validator_class = jsonschema.Draft7Validator
    validator_class.check_schema(schema)
    validator = validator_class(schema)
    files = [p for top in ("examples", "tests/e2e") for p in sorted((ROOT / top).rglob("*")) if is_config(p)]
    out = subprocess.run([sys.argv[1], *map(str, files)], capture_output=True, text=True, check=True).stdout
    complaints, valid, refused = [], 0, set()
    for path, line in zip(files, out.splitlines()):
        config = json.loads(line)
        shown = path.relative_to(ROOT)
        in_wrong = any(part in path.parts for part in WRONG) or path.name == "wrong.yaml"
        errors = sorted(validator.iter_errors(config), key=lambda e: list(map(str, e.path)))
        if in_wrong:
            if errors:
                refused.add(path.name)
            continue
        text = path.read_text()
        is_template = any(mark in text for mark in ("{{", "{%", "{#"))
        is_other = is_template or not isinstance(config, dict) or "optimization_options" in config
        if is_other or "objective" not in config:
            continue
        valid += 1
        complaints += [f"{shown}: {'.'.join(map(str, e.path))}: {e.message}" for e in errors[:3]]
    complaints += [f"{name}: accepted by the schema" for name in sorted(BAD - refused)]
    for part in WRONG_PARTS:
        if validator.is_valid({**PRESENT, **part}):
            complaints.append(f"accepted by the schema: {part}")
    for part in RIGHT_PARTS:
        for error in validator.iter_errors({**PRESENT, **part}):
            complaints.append(f"refused by the schema: {part}: {error.message}")
    if valid < 40:
        complaints.append(f"only {valid} configs were found")
    print("\n".join(complaints) or f"{valid} configs are valid, {len(refused)} wrong ones are not")
    return 1 if complaints else 0


sys.exit(main())
