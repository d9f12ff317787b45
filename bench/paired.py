"""Tests of paired differences."""

import math


def wilcoxon(differences):
    """Two-sided p-value of Wilcoxon's signed-rank test: exact without ties in the sizes, else by the normal approximation."""
    sizes = sorted(abs(d) for d in differences if d != 0)
    n = len(sizes)
    if n == 0:
        return 1.0
    first = {size: sizes.index(size) for size in sizes}
    rank = {size: first[size] + (sizes.count(size) + 1) / 2 for size in sizes}
    positive = sum(rank[d] for d in differences if d > 0)
    least = min(positive, n * (n + 1) / 2 - positive)
    if len(set(sizes)) == n and n <= 60:
        ways = [1] + [0] * (n * (n + 1) // 2)
        for r in range(1, n + 1):
            for total in range(len(ways) - 1, r - 1, -1):
                ways[total] += ways[total - r]
        return min(1.0, 2 * sum(ways[: int(least) + 1]) / 2**n)
    ties = sum(sizes.count(size) ** 3 - sizes.count(size) for size in set(sizes))
    deviation = math.sqrt(n * (n + 1) * (2 * n + 1) / 24 - ties / 48)
    return min(1.0, math.erfc(max(0.0, n * (n + 1) / 4 - least - 0.5) / deviation / math.sqrt(2)))


def holm(p_values):
    """Holm's correction: key -> adjusted p-value."""
    adjusted, largest = {}, 0.0
    for k, (key, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        largest = max(largest, min(1.0, (len(p_values) - k) * p))
        adjusted[key] = largest
    return adjusted
