"""BoTorch by hand, as its first tutorial has it: SingleTaskGP, LogEI, 2 d + 2 Sobol points. Boxes and one objective only."""

import warnings

import botorch
import torch
from botorch.acquisition import LogExpectedImprovement
from botorch.fit import fit_gpytorch_mll
from botorch.models import SingleTaskGP
from botorch.optim import optimize_acqf
from gpytorch.mlls import ExactMarginalLogLikelihood
from torch.quasirandom import SobolEngine

from problem import is_choice, is_integer

NAME = f"BoTorch {botorch.__version__}"
warnings.filterwarnings("ignore")


def serves(problem):
    boxed = all(not is_choice(p) and not is_integer(p) and not p["log_scale"] for p in problem["parameters"])
    return boxed and len(problem["metrics"]) == 1


class Tool:
    def __init__(self, problem, seed):
        torch.manual_seed(seed)
        self.names = [p["name"] for p in problem["parameters"]]
        self.bounds = torch.tensor([p["bounds"] for p in problem["parameters"]], dtype=torch.double).T
        d = len(self.names)
        self.initial = SobolEngine(d, scramble=True, seed=seed).draw(min(2 * d + 2, problem["budget"] // 2)).double()
        self.X, self.y = torch.empty(0, d).double(), torch.empty(0, 1).double()

    def suggest(self):
        n, d = self.X.shape
        if n < len(self.initial):
            x = self.initial[n : n + 1]
        else:
            model = SingleTaskGP(self.X, -self.y)
            fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
            acquisition = LogExpectedImprovement(model, best_f=(-self.y).max())
            x, _ = optimize_acqf(acquisition, torch.tensor([[0.0], [1.0]]).double().expand(2, d), q=1, num_restarts=10, raw_samples=512)
        self.X = torch.cat([self.X, x])
        natural = self.bounds[0] + x[0] * (self.bounds[1] - self.bounds[0])
        return dict(zip(self.names, natural.clamp(self.bounds[0], self.bounds[1]).tolist()))

    def observe(self, metrics):
        self.y = torch.cat([self.y, torch.tensor([list(metrics.values())]).double()])
