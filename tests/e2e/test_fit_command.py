"""`schelling fit` as a person meets it: words, JSON, files, exit statuses."""

import json
from pathlib import Path

import pytest
import xarray as xr
from typer.testing import CliRunner

from schelling.cli.app import app
from schelling.cli.running import fit as fit_command
from study.fitting.lines import rows, write, written

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("line"), written(rows(8)))


def test_a_fit_is_told_in_words(line: Path) -> None:
    done = RUNNER.invoke(app, ["fit", str(line), "--worlds", "2048"])
    assert done.exit_code == 0, done.output
    for words in (
        "8 records of heights enter, of 2022-01-03 to 2022-02-21.",
        "Method: tempered sequential Monte Carlo",
        "Log evidence: −",
        "Out of reach of the records: idle.",
        "still contested",
        "inside the 90 % band",
    ):
        assert words in done.output.replace("\n", " ").replace("  ", " "), words


def test_json_and_files_say_the_same(line: Path, tmp_path: Path) -> None:
    out = tmp_path / "posterior"
    done = RUNNER.invoke(app, ["fit", str(line), "--worlds", "1024", "--json", "--into", str(out)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["schema"] == "schelling.fit/1"
    assert told["sound"]
    assert told == json.loads((out / "fit.json").read_text())
    tree = xr.open_datatree(out / "posterior.arviz.zarr", engine="zarr")
    assert set(tree.children) == {
        *("posterior", "prior", "posterior_predictive", "log_likelihood", "observed_data"),
    }
    assert tree["posterior"]["slope"].shape == (1, 1024)
    assert tree["log_likelihood"]["heights"].shape == (1, 1024, 8)
    again = RUNNER.invoke(app, ["fit", str(line), "--worlds", "1024", "--into", str(out)])
    assert "exists; choose another place" in str(again.exception)


def test_a_refused_fit_says_why_and_fails(line: Path, tmp_path: Path) -> None:
    out = tmp_path / "none"
    given = ["fit", str(line), "--engine", "reweight", "--into", str(out)]
    done = RUNNER.invoke(app, given)
    assert done.exit_code == 3
    assert "The fit is refused" in done.output
    assert "the effective sample size is" in done.output
    assert "What the evidence taught" not in done.output
    assert not out.exists()


def test_a_day_that_is_none(line: Path) -> None:
    done = RUNNER.invoke(app, ["fit", str(line), "--until", "soon"])
    assert "'soon' is not a date" in str(done.exception)


def test_repeats_belong_to_a_calibration(line: Path) -> None:
    done = RUNNER.invoke(app, ["fit", str(line), "--repeats", "60"])
    assert done.exit_code == 2
    assert "goes with --sbc" in done.output
    few = RUNNER.invoke(app, ["fit", str(line), "--sbc", "--repeats", "20"])
    assert "at least 50 repeats; got 20" in str(few.exception)
    page = RUNNER.invoke(app, ["fit", str(line), "--sbc", "--report", "page.html"])
    assert "makes no page of a calibration" in page.output


def test_a_calibration_says_how_far_it_is(
    line: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schelling.cli.running.fit.TELLS", 0.0)
    given = ["fit", str(line), "--sbc", "--engine", "reweight", "--repeats", "50", "-n", "512"]
    kept = ["--into", str(tmp_path / "ranks")]
    done = RUNNER.invoke(app, [*given, *kept])
    assert "1 of 50 fits after" in done.stderr
    assert "s each some" in done.stderr
    assert "50 of 50 fits after" in done.stderr
    assert (tmp_path / "ranks" / "calibration.jsonl").read_text().count("\n") == 51
    assert RUNNER.invoke(app, [*given, *kept]).stdout == done.stdout


def test_progress_of_a_calibration_that_goes_on_counts_what_is_new(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of 100 fits 60 are known; one more in 30 s means 30 s each."""
    now = [1000.0]
    monkeypatch.setattr(fit_command.time, "monotonic", lambda: now[0])
    tell = fit_command._progress(100)
    tell(60)
    now[0] += 30
    tell(61)
    said = "61 of 100 fits (60 known before) after 30 s; at 30.0 s each some 1,170 s are left"
    assert capsys.readouterr().err.strip() == said


def test_progress_of_a_new_calibration(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [1000.0]
    monkeypatch.setattr(fit_command.time, "monotonic", lambda: now[0])
    tell = fit_command._progress(50)
    for done in range(51):
        tell(done)
        now[0] += 6
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "2 of 50 fits after 12 s; at 6.0 s each some 288 s are left"
    assert told[-1] == "50 of 50 fits after 300 s"
