"""Functions of the language as arrays: of what is not a number, none makes one."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import ndtr

from schelling.compile.compiler_options import QUICKLY, SLOWLY
from schelling.compile.expressions.elements import ELEMENTS

AS_USERS_DO = {
    "xla_backend_optimization_level": 3,
    "xla_cpu_use_fusion_emitters": True,
    "xla_llvm_disable_expensive_passes": False,
}
"""What the gate leaves out when it compiles."""


FORGETFUL = ("atan", "clip", "max", "min")
"""What XLA was seen to make a number of NaN; of all other functions it was tried and did not."""

Agents = Float[Array, "agent world"]


def of(name: str, x: Agents, half: Agents) -> list[Agents]:
    """A function of numbers one of which is none, in every place where it may stand."""
    function = ELEMENTS[name]
    count = {"atan": 1, "clip": 3}.get(name, 2)
    return [function(*(x if i == at else half for i in range(count))) for at in range(count)]


def test_what_is_no_number_stays_none() -> None:
    """Summed over nine agents in 512 worlds, where XLA's own functions forget it on a CPU."""

    def sums(x: Agents, half: Agents) -> dict[str, list[Float[Array, " world"]]]:
        return {name: [one.sum(0) for one in of(name, x, half)] for name in FORGETFUL}

    half = jnp.full((9, 512), 0.5)
    compiled = jax.jit(sums, compiler_options=AS_USERS_DO | dict(SLOWLY))
    for name, each in compiled(half.at[3].set(jnp.nan), half).items():
        assert all(jnp.isnan(summed).all() for summed in each), name


def test_normal_distribution() -> None:
    """Both tails, and what is no number, beside SciPy's."""
    x = np.concatenate([np.linspace(-37, 9, 1000), [np.nan, np.inf, -np.inf]])
    for options in (AS_USERS_DO | dict(SLOWLY), dict(QUICKLY)):
        found = jax.jit(ELEMENTS["normal_cdf"], compiler_options=options)(x)
        np.testing.assert_allclose(found, ndtr(x), rtol=4e-15)
