"""What every test shares: quick compilation in the gate, and browsers that may be missing.

Most of the gate's time is XLA's, not ours. `-m "not slow"` therefore compiles with the older and
quicker of its two code generators, without optimisation and for one device a process (there is one
process a core anyway): other roundings, the same functions. What one test has compiled, the next
one and its child processes find in a cache. `make test-all` compiles everything as users do.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import jax
import pytest

import examples
import forks
import shape_words

shape_words.check()

QUICKLY = "--xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"

LARGE = 2_500_000_000  # bytes; a worker of the gate grew to 6 GB
MORE = 500_000_000  # by which it grows before it is asked to drop its programs again
allowed = [LARGE]

collect_ignore = ["forks/client.py"]  # no module: two names are written above it


def pytest_configure(config: pytest.Config) -> None:
    """Choose the code generator and a cache before XLA starts; child processes inherit them."""
    os.environ["SCHELLING_CACHE"] = "off"  # what a user has compiled is not what is tested
    if quick(config) and "JAX_COMPILATION_CACHE_DIR" not in os.environ:
        os.environ.setdefault("XLA_FLAGS", QUICKLY)
        folder = tempfile.mkdtemp(prefix="schelling-compiled-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        os.environ["JAX_COMPILATION_CACHE_DIR"] = folder
        os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0.2"
        os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "true"
        os.environ["JAX_NUM_CPU_DEVICES"] = "1"
        jax.config.update("jax_num_cpu_devices", 1)
        jax.config.update("jax_disable_most_optimizations", True)
        jax.config.update("jax_compilation_cache_dir", folder)
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.2)


def quick(config: pytest.Config) -> bool:
    """Whether this is the gate and not `make test-all`."""
    return config.option.markexpr == "not slow"


def pytest_sessionstart(session: pytest.Session) -> None:
    """In the gate, properties are tried with fewer examples."""
    if quick(session.config):
        examples.fewer()


def pytest_collection_finish() -> None:
    """What is there by now stays: collecting garbage need not look at it again, nor so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(trylast=True)  # when a test has put back what it replaced
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Programs of thousands of tests are dropped before they fill the memory of a small machine.

    Not all memory comes back: without a margin, every file would drop what the last one compiled.
    """
    if nextitem is not None and nextitem.path != item.path and resident() > allowed[0]:
        from schelling.web import memory  # noqa: PLC0415 - after its shape words are checked

        jax.clear_caches()
        gc.collect()
        memory.give_back()
        allowed[0] = max(LARGE, resident() + MORE)


def resident() -> int:
    """The memory of this process in bytes; 0 where the system does not say."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if told.exists() else 0


@pytest.fixture(scope="session")
def binaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with commands that are forks of one process."""
    with forks.commands(tmp_path_factory.mktemp("forks"), dict(os.environ)) as folder:
        yield folder


@pytest.fixture(scope="module")
def forked_commands(binaries: Path) -> Iterator[None]:
    """`schelling` on the search path is such a fork."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(binaries), prepend=os.pathsep)
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip browser tests where Debian's chromium is missing, unless it was promised."""
    if item.get_closest_marker("browser") is None:
        return
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    if not missing:
        return
    reason = f"not installed: {', '.join(missing)} (Debian: chromium, chromium-driver)"
    if os.environ.get("SCHELLING_BROWSER") == "required":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
