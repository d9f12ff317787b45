"""Ax by its Client with its own defaults."""

import logging
from importlib.metadata import version

import torch
from ax import ChoiceParameterConfig, RangeParameterConfig
from ax.api.client import Client

from problem import is_choice, is_integer

NAME = f"Ax {version('ax-platform')}"
logging.disable(logging.WARNING)


def parameter_of(p):
    if is_choice(p):
        return ChoiceParameterConfig(name=p["name"], values=p["values"], parameter_type=p["value_type"], is_ordered=p["is_ordered"])
    bounds = tuple(int(b) if is_integer(p) else b for b in p["bounds"])
    return RangeParameterConfig(name=p["name"], bounds=bounds, parameter_type=p["value_type"], scaling="log" if p["log_scale"] else "linear")


class Tool:
    def __init__(self, problem, seed):
        torch.manual_seed(seed)
        self.client = Client(random_seed=seed)
        self.client.configure_experiment(parameters=[parameter_of(p) for p in problem["parameters"]])
        objective = ", ".join(f"-{name}" for name in problem["objectives"])
        bounds = problem["constraints"] + problem["thresholds"]
        self.client.configure_optimization(objective=objective, outcome_constraints=bounds or None)

    def suggest(self):
        ((self.index, point),) = self.client.get_next_trials(max_trials=1).items()
        return point

    def observe(self, metrics):
        self.client.complete_trial(trial_index=self.index, raw_data=metrics)
