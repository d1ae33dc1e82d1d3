"""Every command shown on a page is run, in order, and prints what the page says it prints.

A page is run as a newcomer would follow it, in an empty folder beside `cases/`:

- ```` ```yaml title="strait/case.yaml" ```` writes a file, ```` append="..." ```` adds to one;
- in a ```` ```console ```` block, lines after `$ ` are commands and the lines below them their
  output, both streams together; `...` stands for anything; `exit=1` after `console` is the exit
  status of the last command, otherwise 0;
- `make TARGET` is not run, its target must exist.

`schelling` and `python` are forks of a process that has imported everything (`forks`); all pages
share one cache of compiled programs.

`.venv/bin/python tests/docs/test_commands.py PAGE...` writes what the commands print now into the
pages, keeping blocks that hold a `...`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import forks

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r'(\w+)="?([^"\s]+)"?')
PLAIN = {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
COMMAND = re.compile(r"((?:[^\n]*\\\n)*[^\n]*)\n?(.*)", re.DOTALL)
LONGEST = 120  # seconds; a run takes about five, most of them compiling


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its options, its text and where the text stands."""

    language: str
    options: dict[str, str]
    text: str
    start: int

    def commands(self) -> list[tuple[str, str]]:
        """Commands of a console block with the output below each."""
        found = re.split(r"^\$ ", self.text, flags=re.MULTILINE)
        assert not found[0].strip(), f"output before the first command: {found[0]}"
        return [COMMAND.fullmatch(part).groups() for part in found[1:]]  # type: ignore[union-attr]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for match in FENCE.finditer(page.read_text(encoding="utf-8")):
        language, words, text = match.groups()
        yield Block(language, dict(OPTION.findall(words)), text, match.start(3))


def pages() -> list[Path]:
    """Every page with something to run."""
    written = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    return sorted(page for page in written if any(b.language == "console" for b in blocks(page)))


@dataclass(frozen=True)
class Step:
    """A command of a page, what the page shows below it, and what came of it."""

    block: Block
    command: str
    shown: str
    printed: str
    status: int

    @property
    def as_expected(self) -> bool:
        """Whether it ended with the exit status the page says."""
        last = self.block.commands()[-1][0] == self.command
        return self.status == (int(self.block.options.get("exit", 0)) if last else 0)


def follow(page: Path, folder: Path, binaries: Path) -> Iterator[Step]:
    """Do what a page says, with the commands in a folder."""
    (folder / "cases").symlink_to(ROOT / "cases")
    for block in blocks(page):
        if name := block.options.get("title") or block.options.get("append"):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("w" if "title" in block.options else "a", encoding="utf-8") as out:
                out.write(block.text)
        if block.language == "console":
            for command, shown in block.commands():
                if command.startswith("make"):
                    check_target(command)
                    continue
                done = run(command, folder, binaries, {"SCHELLING_CACHE": str(programs(binaries))})
                yield Step(block, command, shown, done.stdout, done.returncode)


def programs(binaries: Path) -> Path:
    """The cache of compiled programs: beside JAX's own, which the workers of the gate share."""
    return Path(os.environ.get("JAX_COMPILATION_CACHE_DIR", binaries)) / "programs"


def check_target(command: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in command.split()[1:]:
        assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE), command


def run(
    command: str, folder: Path, binaries: Path, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, **PLAIN, **(more or {}), "PATH": before(binaries)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=LONGEST,
        check=False,
    )


def before(binaries: Path) -> str:
    """The search path: these commands, those of this environment, those of the system."""
    return os.pathsep.join((str(binaries), str(Path(sys.executable).parent), os.environ["PATH"]))


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def fits(shown: str, printed: str) -> bool:
    """Whether a real output is the one shown, `...` standing for anything."""
    pieces = [re.escape(piece) for piece in tidy(shown).split("...")]
    return re.fullmatch(".*".join(pieces), tidy(printed), re.DOTALL) is not None


def test_outputs_are_told_apart() -> None:
    assert fits("a  b\nc", "a  b  \nc\n\n")
    assert fits("wrote ... files\n...\nend", "wrote 3 files\nand more\nand more\nend")
    assert not fits("a b", "a  b")
    assert not fits("wrote ... files", "wrote 3 file")


def test_a_fork_is_a_process_of_its_own(binaries: Path, tmp_path: Path) -> None:
    """Folder, variables, streams and exit status are those of the command alone."""
    script = "import os, sys; print(os.getcwd(), os.environ['MARK'], sys.argv[1:]); sys.exit(3)"
    (tmp_path / "own.py").write_text(script, encoding="utf-8")
    done = run("MARK=1 python own.py a & wait $!; echo $?; echo $MARK", tmp_path, binaries)
    assert done.stdout == f"{tmp_path} 1 ['a']\n3\n\n"
    assert run("schelling no-such-command > /dev/null 2>&1", tmp_path, binaries).returncode == 2
    assert run("schelling --version | tr a-z A-Z", tmp_path, binaries).stdout[:9] == "SCHELLING"
    (tmp_path / "own.py").write_text("import os; os.abort()", encoding="utf-8")
    assert run("python own.py", tmp_path, binaries).returncode == 139
    assert run("python -c 'print(6 * 7)'", tmp_path, binaries).stdout == "42\n"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_does_what_it_says(page: Path, tmp_path: Path, binaries: Path) -> None:
    wrong = [
        f"$ {step.command}\n--- shown\n{step.shown}--- status {step.status}\n{step.printed}"
        for step in follow(page, tmp_path, binaries)
        if not (fits(step.shown, step.printed) and step.as_expected)
    ]
    assert not wrong, "\n\n".join(wrong)


def rewrite(page: Path, binaries: Path) -> None:
    """Put what the commands print now into a page."""
    new: dict[int, tuple[Block, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for step in follow(page, Path(folder), binaries):
            assert step.as_expected, f"$ {step.command}\n{step.printed}"
            output = step.shown if fits(step.shown, step.printed) else tidy(step.printed)
            lines = "\n".join((f"$ {step.command}", *tidy(output).splitlines(), ""))
            so_far = new.get(step.block.start, (step.block, ""))[1]
            new[step.block.start] = (step.block, so_far + lines)
    text = page.read_text(encoding="utf-8")
    for start, (block, lines) in sorted(new.items(), reverse=True):
        text = text[:start] + lines + text[start + len(block.text) :]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        forks.commands(Path(folder), {**os.environ, **PLAIN}) as binaries,
    ):
        for name in sys.argv[1:]:
            rewrite(Path(name).resolve(), binaries)
