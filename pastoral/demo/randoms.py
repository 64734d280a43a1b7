"""Where the made-up school gets its chance from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Streams:
    """One reproducible random stream per concern, so that a new concern does not shift the others."""

    seed: int

    def of(self, *concern: object) -> Random:
        """Return a fresh stream for this concern; the same concern always starts in the same place."""
        # Seeding with text goes through SHA-512, so it does not depend on PYTHONHASHSEED.
        return Random("/".join([str(self.seed), *map(str, concern)]))


def pick(random: Random, weights: dict[T, float]) -> T:
    """Draw one key, as often as its weight says."""
    return random.choices(list(weights), weights=list(weights.values()))[0]


def chance(random: Random, probability: float) -> bool:
    """Draw true with this probability."""
    return random.random() < probability


def poisson(random: Random, mean: float) -> int:
    """Draw how often a rare thing happens when it happens `mean` times on average (Knuth's method)."""
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        count += 1
        product *= random.random()
    return count


def sample_some(random: Random, items: Sequence[T], share: float, at_least: int = 1) -> list[T]:
    """Draw a share of the items without putting any back; `at_least` as far as there are so many."""
    count = min(len(items), max(at_least, round(len(items) * share)))
    return random.sample(list(items), count)
