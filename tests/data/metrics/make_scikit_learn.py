#!/usr/bin/env python3
"""Writes scikit_learn.json: values of scikit-learn's regression metrics, against which boa's are tested.

    python3 -m venv V && V/bin/pip install scikit-learn==1.9.1 && V/bin/python make_scikit_learn.py

Each case holds the metric's name, its arguments and the value, or `"refused": true` where scikit-learn raises.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
import sklearn.metrics

rng = np.random.default_rng(20240611)
OUTPUTS = [
    "mean_absolute_error",
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_squared_log_error",
    "root_mean_squared_log_error",
    "median_absolute_error",
    "mean_absolute_percentage_error",
    "mean_pinball_loss",
    "explained_variance_score",
    "r2_score",
    "d2_pinball_score",
    "d2_absolute_error_score",
]
SINGLE = ["max_error", "mean_tweedie_deviance", "mean_poisson_deviance", "mean_gamma_deviance", "d2_tweedie_score"]
WEIGHTED_BY_VARIANCE = ["explained_variance_score", "r2_score", "d2_pinball_score", "d2_absolute_error_score"]
EXTRA = {
    "mean_pinball_loss": [{"alpha": 0.1}, {"alpha": 1.0}],
    "d2_pinball_score": [{"alpha": 0.9}, {"alpha": 0.0}],
    "mean_tweedie_deviance": [{"power": p} for p in (-1.5, 0, 1, 1.5, 2, 3.2)] + [{"power": 0.5}],
    "d2_tweedie_score": [{"power": p} for p in (-1, 0, 1, 1.7, 2, 3)],
}

cases = []


def add(name, **arguments):
    given = {k: np.asarray(v).tolist() if isinstance(v, (np.ndarray, list)) else v for k, v in arguments.items()}
    case = {"metric": name, "arguments": given}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = getattr(sklearn.metrics, name)(**arguments)
        if np.ndim(value) == 0 and np.isfinite(value):
            case["value"] = float(value)
        else:
            case["refused"] = True  # boa's metrics are one finite number
    except (ValueError, ZeroDivisionError):
        case["refused"] = True
    cases.append(case)


def sample(n, k=0):
    shape = (n, k) if k else n
    truth = rng.gamma(2.0, 1.5, shape)
    return truth, truth * rng.lognormal(0.0, 0.4, shape)


for name in OUTPUTS + SINGLE:
    for n in (2, 5, 8, 31):
        y_true, y_pred = sample(n)
        add(name, y_true=y_true, y_pred=y_pred)
        if name != "max_error":
            add(name, y_true=y_true, y_pred=y_pred, sample_weight=rng.integers(0, 4, n) + (rng.random(n) < 0.5) * 0.25)
        for extra in EXTRA.get(name, []):
            add(name, y_true=y_true, y_pred=y_pred, **extra)
            add(name, y_true=y_true, y_pred=y_pred, sample_weight=rng.random(n), **extra)
    add(name, y_true=[1.0, 2.0, 3.0], y_pred=[1.0, 2.0, 5.0])
    add(name, y_true=[2.0, 2.0, 2.0], y_pred=[2.0, 2.0, 2.0])
    add(name, y_true=[2.0, 2.0, 2.0], y_pred=[2.0, 2.0, 3.0])
    add(name, y_true=[0.0, 1.0, 4.0], y_pred=[0.5, 1.0, 3.0])
    add(name, y_true=[-0.5, 1.0, 4.0], y_pred=[0.5, -1.0, 3.0])
    add(name, y_true=[1.0, 2.0], y_pred=[1.0, 2.0, 3.0])
    add(name, y_true=[[1.0, 2.0], [3.0, 5.0]], y_pred=[[1.5, 2.0], [2.5, 4.0]])

for name in OUTPUTS:
    for n, k in ((4, 2), (9, 3)):
        y_true, y_pred = sample(n, k)
        add(name, y_true=y_true, y_pred=y_pred)
        add(name, y_true=y_true, y_pred=y_pred, sample_weight=rng.random(n))
        add(name, y_true=y_true, y_pred=y_pred, multioutput=rng.random(k))
        add(name, y_true=y_true, y_pred=y_pred, multioutput="raw_values")
        if name in WEIGHTED_BY_VARIANCE:
            add(name, y_true=y_true, y_pred=y_pred, multioutput="variance_weighted", sample_weight=rng.random(n))

text = ",\n".join(json.dumps(case) for case in cases)
Path(__file__).with_name("scikit_learn.json").write_text(
    f'{{"scikit_learn": "{sklearn.__version__}", "cases": [\n{text}\n]}}\n'
)
