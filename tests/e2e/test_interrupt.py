"""Ctrl-C: what is left behind is said, and can be gone on with."""

import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORLDS = 40_000_000  # far more than are ready when the interrupt comes


def test_what_is_left_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "deal.run"
    case = ROOT / "cases" / "teaching" / "bargaining-range"
    options = ["run", str(case), "--worlds", str(WORLDS), "--out", str(folder)]
    start = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    start += "from schelling.cli.app import main; sys.argv = ['schelling', *sys.argv[1:]]; main()"
    with subprocess.Popen(
        [sys.executable, "-c", start, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        parts = folder.with_name("deal.run.unfinished") / "worlds"
        while child.poll() is None and len(list(parts.glob("*.parquet"))) < 2:  # one is recorded
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate()
    assert child.returncode == 130
    assert "schelling: interrupted" in said
    assert "--resume" in said
    assert not folder.exists()
