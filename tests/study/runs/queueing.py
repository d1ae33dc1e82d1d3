"""A case in which a queue grows, for tests of how it is compiled; its claims are the test's."""

from __future__ import annotations

QUEUE = """\
schelling: 1
title: A queue
time: {start: 2022-03-21, step: 1 week, until: 2022-05-16}
assumptions:
  pull: {prior: 0.1 to 1, why: seen}
stocks:
  queue: {start: 1, change: pull / week - 0.1 * queue / week}
events:
  strike: {hazard: 0.1 / week, effects: {queue: queue + 1}}
claims:
"""
