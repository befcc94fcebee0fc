"""A calibration's work in pieces that any process may do: each a few markets of one measure, with its own stream."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.measure import Counts
from benchmarks.measures import MEASURES

# The unit of work and of randomness: each has its own stream, whoever does it.
MARKETS_A_CHUNK = 10
Task = tuple[int, int, int, int]


def chunk(task: Task) -> Counts:
    """Run one chunk: (seed, place of the measure, place of the chunk, markets)."""
    seed, place, at, markets = task
    # By its name: a measure more or less leaves all the others' figures as they are.
    name = zlib.crc32(MEASURES[place].full_name.encode())
    return MEASURES[place].run(np.random.default_rng(np.random.SeedSequence((seed, name, at))), markets)


def tasks(markets: int, seed: int, chosen: Sequence[int]) -> Iterator[Task]:
    """The chunks that make up ``markets`` simulated markets of each chosen measure."""
    for place in chosen:
        wanted = max(1, round(markets * MEASURES[place].share_of_markets))
        for at, start in enumerate(range(0, wanted, MARKETS_A_CHUNK)):
            yield seed, place, at, min(MARKETS_A_CHUNK, wanted - start)
