"""Courses that are kept side by side are those of their things."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from schelling.compile.course.courses import SideBySide


def seen(time: int) -> dict[tuple[int, str], Array]:
    """Two numbers, a state, and what has an axis more, of three worlds."""
    return {
        (0, "level"): jnp.array([0.5, 1.5, 2.5]) + time,
        (0, "phase"): jnp.array([0, 1, 2]) + time,
        (1, "level"): jnp.array([5.0, 6.0, 7.0]) * (time + 1),
        (0, "agents"): jnp.ones((2, 3)) * time,
    }


def test_each_thing_has_its_course() -> None:
    courses = SideBySide.begun(seen(0), 3)
    for time in (1, 2):
        courses = courses.with_time(jnp.array(time), seen(time))
    assert set(courses) == set(seen(0))
    assert len(courses) == 4
    for key, path in courses.items():
        expected = np.stack([seen(time)[key] for time in range(3)])
        np.testing.assert_array_equal(path, expected)
        assert path.dtype == expected.dtype


def test_they_pass_through_compiled_functions() -> None:
    courses = SideBySide.begun(seen(0), 2)
    later = jax.jit(lambda found: found.with_time(jnp.array(1), seen(1)))(courses)
    np.testing.assert_array_equal(later[1, "level"], [[5, 6, 7], [10, 12, 14]])


def test_many_things_are_joined_in_their_order() -> None:
    """More than are joined at once, twice over; a compiled function joins them likewise."""
    values = {(0, f"n{n:03}"): jnp.array([n, -n]) for n in range(150)}
    path = jax.jit(lambda: SideBySide.begun(values, 1))().together["int64"]
    np.testing.assert_array_equal(path[0], [[n, -n] for n in range(150)])
