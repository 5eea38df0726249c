"""Makes comparison.json: McNemar's test by scipy, and the bounds of the paired bootstrap interval worked out exactly: the sum of n draws
of -1, 0 and 1 has a distribution that n convolutions give, and its quantiles are what drawing ever more often comes to.

Run with Python 3, numpy and scipy: python3 make_comparison.py > comparison.json
"""
import json

import numpy as np
from scipy.stats import binomtest, chi2


def case(both, first, second, neither):
    discordant = first + second
    statistic = max(0, abs(first - second) - 1) ** 2 / discordant if discordant else 0.0
    images = both + discordant + neither
    one = np.array([first, both + neither, second], float) / images
    sums = np.array([1.0])
    for _ in range(images):
        sums = np.convolve(sums, one)
    share = sums.cumsum()
    low, high = (int(np.searchsorted(share, tail)) - images for tail in (0.025, 0.975))
    return {
        "counts": [both, first, second, neither],
        "exact": binomtest(first, discordant, 0.5).pvalue if discordant else 1.0,
        "statistic": statistic,
        "corrected": chi2.sf(statistic, 1) if discordant else 1.0,
        "low": low / images,
        "high": high / images,
    }


print(json.dumps([case(*counts) for counts in [
    (50, 0, 0, 10), (0, 1, 0, 0), (30, 5, 5, 2), (70, 2, 9, 19), (150, 31, 12, 7), (900, 40, 41, 19), (10, 0, 30, 0), (300, 700, 600, 400), (5, 1, 3, 1),
]]).replace("}, ", "},\n"))
