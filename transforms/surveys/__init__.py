"""Surveys as estimates: weights by the town's population, how sure a wave is of what it says, how well its items agree.

Functions from data to data: no database, no clock, no text, and nothing of a town but what is handed in. Here an answer
is a number and a respondent what she says of herself; which answers count, and what they are called, staging decides.
"""

from transforms.surveys.intervals import Interval, difference, effective, mean_interval, share_interval
from transforms.surveys.margins import Margin, bands_within
from transforms.surveys.population import Population
from transforms.surveys.scales import alpha
from transforms.surveys.weights import Weighting, weigh

__all__ = [
    "Interval",
    "Margin",
    "Population",
    "Weighting",
    "alpha",
    "bands_within",
    "difference",
    "effective",
    "mean_interval",
    "share_interval",
    "weigh",
]
