#!/usr/bin/env python3
"""Compares what boa_reference computes with a file of reference vectors.

    check_vectors.py PROGRAM CASES.json

Rules as in data/reference/README.md: a number agrees within atol + rtol * |expected|; `at_least` asks for no less than
expected - atol; a `witness` is any finite number of the right shape, and the claim made with it is computed again, by
the program's own evaluators of other kinds, which have vectors of their own. Exit status 1 if any case fails.
"""
import json
import math
import os
import subprocess
import sys
import tempfile


def number(value):
    return float(value) if isinstance(value, str) and value in ("inf", "-inf", "nan") else value


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number_differs(computed, expected, rtol, atol):
    if not is_number(computed):
        return True
    if math.isnan(expected) or math.isinf(expected):
        return not (computed == expected or (math.isnan(computed) and math.isnan(expected)))
    return not abs(computed - expected) <= atol + rtol * abs(expected)


def differences(computed, expected, rtol, atol, path):
    """What differs, as texts; lists and mappings are walked through."""
    if isinstance(expected, list):
        if not isinstance(computed, list) or len(computed) != len(expected):
            return [f"{path}: another shape"]
        pairs = [(f"{path}[{i}]", c, e) for i, (c, e) in enumerate(zip(computed, expected))]
    elif isinstance(expected, dict):
        if not isinstance(computed, dict) or not set(expected) <= set(computed):
            return [f"{path}: keys are missing"]
        pairs = [(f"{path}.{key}", computed[key], value) for key, value in expected.items()]
    else:
        computed, expected = number(computed), number(expected)
        if is_number(expected):
            differs = number_differs(computed, expected, rtol, atol)
        else:
            differs = type(computed) is not type(expected) or computed != expected
        return [f"{path}: {computed!r} instead of {expected!r}"] if differs else []
    return [text for p, c, e in pairs for text in differences(c, e, rtol, atol, p)]


def same_shape(computed, expected):
    if isinstance(expected, list):
        return (isinstance(computed, list) and len(computed) == len(expected)
                and all(same_shape(c, e) for c, e in zip(computed, expected)))
    return is_number(computed) and math.isfinite(computed)


def check_key(case, key, result):
    expected = case["expected"][key]
    if key not in result:
        return [f"{key}: missing"]
    tolerances = {"rtol": case["rtol"], "atol": case["atol"], **case.get("key_tol", {}).get(key, {})}
    rule = case.get("key_rules", {}).get(key, {})
    tolerances.update({name: rule[name] for name in ("rtol", "atol") if name in rule})
    if rule.get("rule") == "at_least":
        value = number(result[key])
        enough = is_number(value) and value >= number(expected) - tolerances["atol"]
        return [] if enough else [f"{key}: {value!r} is below {expected!r}"]
    if rule.get("rule") == "witness":
        return [] if same_shape(result[key], expected) else [f"{key}: not a witness of the right shape"]
    return differences(result[key], expected, tolerances["rtol"], tolerances["atol"], key)


def optimum_outside(inputs, x):
    """Is a claimed optimum outside its domain? A text, or nothing."""
    lower, upper = inputs["bounds"]
    if any(not lo - 1e-9 <= v <= up + 1e-9 for v, lo, up in zip(x, lower, upper)):
        return "best_x is outside the bounds"
    for column in inputs["discrete"]:
        if min(abs(x[column["dim"]] - value) for value in column["values"]) > 1e-9:
            return "best_x has a value that is not allowed"
    for constraint, sign in [(c, 1) for c in inputs["inequality_constraints"]] + [(c, 0) for c in inputs["equality_constraints"]]:
        excess = sum(a * v for a, v in zip(constraint["a"], x)) - constraint["b"]
        if (excess if sign else abs(excess)) > 1e-6:
            return "best_x violates a constraint"
    return None


def claim_of(case, result):
    """A case of another kind that computes what the witnesses claim, and the key to compare: (case, key) or None."""
    inputs, kind = case["inputs"], case["kind"]
    if kind.startswith("optimize_"):
        arguments = {k: v for k, v in inputs["acquisition"].items() if k != "type"}
        again = {"gp": inputs["gp"], "X": [result["best_x"]], "maximize": True, **arguments}
        return {"id": case["id"], "kind": inputs["acquisition"]["type"], "inputs": again}, "best_value"
    if kind == "gp_map_fit":
        kernel = {"type": "matern", "nu": 2.5} if inputs["kernel_type"] == "matern52" else {"type": "rbf"}
        kernel["lengthscale"] = result["lengthscale"]
        if inputs["scaled"]:
            kernel = {"type": "scale", "outputscale": result["outputscale"], "base": kernel}
        again = {"X": inputs["X"], "Y": inputs["Y"], "kernel": kernel, "noise_variance": result["noise_variance"],
                 "mean_constant": result["mean_constant"], "priors": inputs["priors"]}
        return {"id": case["id"], "kind": "gp_map_objective", "inputs": again}, "map_objective"
    return None


def run(program, path):
    done = subprocess.run([program, path], capture_output=True, text=True, check=False)
    sys.stderr.write(done.stderr)
    return json.loads(done.stdout) if done.stdout else {}


def check_claims(program, cases, results):
    """Failures of witnesses: {case id: [text]}."""
    claims, failures = {}, {}
    for case in cases:
        result = results.get(case["id"])
        if result is None:
            continue
        if case["kind"].startswith("optimize_"):
            outside = optimum_outside(case["inputs"], result["best_x"])
            if outside:
                failures[case["id"]] = [outside]
        if case["kind"] == "gp_map_fit":
            inputs = case["inputs"]
            if min(result["lengthscale"]) < inputs["lengthscale_min"] * (1 - 1e-9) or result["noise_variance"] < inputs["noise_min"] * (1 - 1e-9):
                failures[case["id"]] = ["a hyperparameter is outside its bounds"]
        claim = claim_of(case, result)
        if claim:
            claims[case["id"]] = claim
    if not claims:
        return failures
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "claims.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"cases": [case for case, _ in claims.values()]}, file)
        again = run(program, path)
    for case_id, (_, key) in claims.items():
        value = again[case_id].get("value", [again[case_id].get(key)])[0]
        if number_differs(value, results[case_id][key], 1e-6, 1e-8):
            failures.setdefault(case_id, []).append(f"{key} is {value!r} at the point given, not {results[case_id][key]!r}")
    return failures


def main():
    program, path = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    results = run(program, path)
    claims = check_claims(program, cases, results)
    failed = 0
    for case in cases:
        if case["id"] not in results:
            problems = ["not computed"]
        else:
            problems = [text for key in case["expected"] for text in check_key(case, key, results[case["id"]])]
            problems += claims.get(case["id"], [])
        if problems:
            failed += 1
            print(f"{case['id']}: " + "; ".join(problems[:3]))
    print(f"{len(cases) - failed} of {len(cases)} cases agree")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
