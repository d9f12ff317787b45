"""HEBO with its own defaults. One objective without outcome constraints only."""

import warnings
from importlib.metadata import version

import numpy as np
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO

from problem import is_choice, is_integer

NAME = f"HEBO {version('HEBO')}"
warnings.filterwarnings("ignore")


def serves(problem):
    return len(problem["metrics"]) == 1


def parameter_of(p):
    if is_choice(p):
        return {"name": p["name"], "type": "cat", "categories": p["values"]}
    kind = "int" if is_integer(p) else "pow" if p["log_scale"] else "num"
    return {"name": p["name"], "type": kind, "lb": p["bounds"][0], "ub": p["bounds"][1]}


class Tool:
    def __init__(self, problem, seed):
        np.random.seed(seed)
        torch.manual_seed(seed)
        space = DesignSpace().parse([parameter_of(p) for p in problem["parameters"]])
        self.optimizer = HEBO(space, scramble_seed=seed)

    def suggest(self):
        self.point = self.optimizer.suggest(n_suggestions=1)
        return {name: value.item() if hasattr(value, "item") else value for name, value in self.point.iloc[0].to_dict().items()}

    def observe(self, metrics):
        self.optimizer.observe(self.point, np.array([list(metrics.values())]))
