#!/usr/bin/env python3
"""Writes botorch.json: values of BoTorch's test functions, in the form of the reference vectors (../reference/README.md).

    make_botorch.py > botorch.json

Made with BoTorch 0.18.1. The functions are those that ../reference/test_functions.json has not.
"""
import json

import botorch
import torch
from botorch.test_functions import (
    multi_fidelity,
    multi_objective,
    multi_objective_multi_fidelity,
    sensitivity_analysis,
    synthetic,
)

POINTS = 6

# Name, arguments of the constructor besides the dimension, dimension as an argument (None: the class has one).
FUNCTIONS = [
    ("AckleyMixed", {}, 6),
    ("AugmentedBranin", {}, None),
    ("AugmentedHartmann", {}, None),
    ("AugmentedRosenbrock", {}, 3),
    ("AugmentedRosenbrock", {}, 7),
    ("BNH", {}, None),
    ("BoreholeMultiFidelity", {}, None),
    ("CONSTR", {}, None),
    ("ConstrainedHartmannSmooth", {}, 6),
    ("DH1", {}, 2),
    ("DH1", {}, 5),
    ("DH2", {}, 3),
    ("DH3", {}, 3),
    ("DH3", {}, 5),
    ("DH4", {}, 3),
    ("DH4", {}, 6),
    ("GMM", {"num_objectives": 2}, None),
    ("GMM", {"num_objectives": 3}, None),
    ("GMM", {"num_objectives": 4}, None),
    ("Gsobol", {}, 6),
    ("Gsobol", {}, 8),
    ("Gsobol", {}, 15),
    ("Ishigami", {}, None),
    ("Ishigami", {"b": 0.05}, None),
    ("KeaneBumpFunction", {}, 2),
    ("KeaneBumpFunction", {}, 10),
    ("Labs", {}, 10),
    ("MOMFBraninCurrin", {}, None),
    ("MOMFPark", {}, None),
    ("MW7", {}, 2),
    ("MW7", {}, 6),
    ("Morris", {}, None),
    ("OSY", {}, None),
    ("Penicillin", {}, None),
    ("SRN", {}, None),
    ("ToyRobust", {}, None),
    ("TrajectoryPlanning", {}, 2),
    ("TrajectoryPlanning", {}, 6),
    ("TrajectoryPlanning", {}, 30),
    ("WingWeightMultiFidelity", {}, None),
]
# Whole numbers: binary coordinates and numbered models.
WHOLE = {"AckleyMixed": [0, 1, 2], "Labs": range(10), "WingWeightMultiFidelity": [10], "BoreholeMultiFidelity": [8]}
# BoTorch has constants of these in float32.
SINGLE_PRECISION = {"AugmentedHartmann", "ConstrainedHartmannSmooth", "GMM", "TrajectoryPlanning"}


def find(name):
    for module in (synthetic, multi_fidelity, multi_objective, multi_objective_multi_fidelity, sensitivity_analysis):
        if hasattr(module, name):
            return getattr(module, name)
    raise SystemExit(f"BoTorch has no {name}")


def case(number, name, params, dim):
    arguments = dict(params)
    if dim is not None:
        arguments["dim"] = dim
    function = find(name)(**arguments)
    lower, upper = function.bounds[0].double(), function.bounds[1].double()
    generator = torch.Generator().manual_seed(number)
    X = lower + torch.rand(POINTS, function.dim, generator=generator, dtype=torch.double) * (upper - lower)
    if name != "TrajectoryPlanning":  # in its middle a point lies on the edge of an obstacle, up to rounding
        X = torch.cat([X, ((lower + upper) / 2).unsqueeze(0)])
    for column in WHOLE.get(name, []):
        X[:, column] = torch.round(X[:, column])
    expected = {"value": function.evaluate_true(X).tolist(), "bounds": [lower.tolist(), upper.tolist()]}
    if hasattr(function, "evaluate_slack_true"):
        expected["slack"] = function.evaluate_slack_true(X).tolist()
    try:
        expected["optimal_value"] = float(function.optimal_value)
    except (AttributeError, NotImplementedError):
        pass
    if getattr(function, "_ref_point", None) is not None:
        expected["ref_point"] = [float(value) for value in function._ref_point]
    rtol = 1e-6 if name in SINGLE_PRECISION else 1e-8
    return {"id": f"botorch/{number}", "kind": "test_function",
            "inputs": {"name": name, "dim": function.dim, "params": params, "X": X.tolist()},
            "expected": expected, "rtol": rtol, "atol": rtol / 10}


def main():
    lines = [json.dumps(case(i, *function)) for i, function in enumerate(FUNCTIONS)]
    source = f"BoTorch {botorch.__version__}, botorch.test_functions"
    print('{"family": "botorch", "source": ' + json.dumps(source) + ', "cases": [\n' + ",\n".join(lines) + "\n]}")


if __name__ == "__main__":
    main()
