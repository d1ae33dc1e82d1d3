"""Compiling takes longer than running; what was compiled once is kept for the tests that follow."""

from __future__ import annotations

from pathlib import Path

import jax


def keep(folder: Path) -> None:
    """Keep what this process compiles in a folder; the same program is then only loaded again."""
    if jax.config.values["jax_compilation_cache_dir"] is None:
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
