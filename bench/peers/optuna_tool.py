"""Optuna's Gaussian process sampler with its own defaults."""

import warnings

import optuna
import torch

from problem import bound_of, is_choice, is_integer

NAME = f"Optuna GP {optuna.__version__}"
optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")


class Tool:
    def __init__(self, problem, seed):
        torch.manual_seed(seed)
        self.problem = problem
        constraints = (lambda trial: trial.user_attrs["violations"]) if problem["constraints"] else None
        sampler = optuna.samplers.GPSampler(seed=seed, constraints_func=constraints)
        self.study = optuna.create_study(directions=["minimize"] * len(problem["objectives"]), sampler=sampler)

    def value(self, p):
        if is_choice(p):
            return self.trial.suggest_categorical(p["name"], p["values"])
        lower, upper = p["bounds"]
        if is_integer(p):
            return self.trial.suggest_int(p["name"], int(lower), int(upper), log=p["log_scale"])
        return self.trial.suggest_float(p["name"], lower, upper, log=p["log_scale"])

    def suggest(self):
        self.trial = self.study.ask()
        return {p["name"]: self.value(p) for p in self.problem["parameters"]}

    def observe(self, metrics):
        violations = []
        for text in self.problem["constraints"]:
            metric, operator, bound = bound_of(text)
            excess = metrics[metric] - bound
            violations.append(excess if operator == "<=" else -excess)
        self.trial.set_user_attr("violations", violations)
        self.study.tell(self.trial, [metrics[name] for name in self.problem["objectives"]])
