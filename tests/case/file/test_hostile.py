"""Cases by strangers who mean harm: nothing is run, nothing outside is opened, nobody waits."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from schelling.case.check import Checked, check
from slowness import soon

HEAD = "schelling: 1\ntitle: x\n"
TIME = "time: {start: 2022-03-21, step: 1 week, until: 2023-03-20}\n"


def numbered(pattern: str, count: int) -> str:
    return "".join(pattern.replace("#", str(number)) for number in range(count))


# What takes much time or memory of a careless reader; most are as large as a case may be.
GREEDY = {
    "nested lists": "about: " + "[" * 400_000,
    "nested mappings": "about: " + "{a: " * 200_000,
    "nested indentation": "".join(f"{' ' * depth}a:\n" for depth in range(1_000)),
    "aliases of aliases": numbered("a#: &a# [*a, *a, *a, *a]\n", 20_000),
    "many commas in a bracket": "variables: {a: f(" + "1," * 400_000 + "1)}",
    "many open brackets": "variables: {" + "a: (," * 150_000,
    "one long word": "assumptions: " + "a" * 900_000,
    "one long key": "a" * 900_000 + ": 1",
    "one long quoted key": '"' + "a" * 900_000 + '": 1',
    "a long number": "variables: {a: " + "9" * 900_000 + "}",
    "a long prior": "assumptions: {a: {why: x, prior: " + "1" * 900_000 + "x}}",
    "a prior of spaces": 'assumptions: {a: {why: x, prior: "1' + " " * 900_000 + 'x"}}',
    "a prior of brackets": 'assumptions: {a: {why: x, prior: "a(' + ") " * 400_000 + 'x"}}',
    "a choice of spaces": 'assumptions: {a: {why: x, prior: "choice([1' + " " * 900_000 + 'x"}}',
    "a choice of many": 'assumptions: {a: {why: x, prior: "choice(' + "1," * 400_000 + '1)"}}',
    "a long unit": "assumptions: {a: {why: x, prior: 1, unit: " + "EUR*" * 200_000 + "EUR}}",
    "a long expression": "variables:\n  a: " + "1+" * 400_000 + "1",
    "signs": "variables:\n  a: " + "-" * 3_990 + "1",
    "powers": "variables:\n  a: " + "2**" * 990 + "2",
    "units to powers": "variables:\n  a: " + "(" * 45 + "1 week" + ")**1e300" * 45,
    "many bad expressions": "variables:\n" + numbered("  v#: 1 + + # 2\n", 30_000),
    "many unknown names": "variables:\n" + numbered("  name_#q: 1 + name_#x\n", 20_000),
    "many unknown names in one": "variables:\n  a: "
    + "+".join(f"n{number}" for number in range(90)),
    "similar names": "variables:\n"
    + numbered("  aaaaaaaaaaaaaaaaaaaaaaaaaaaa#: baaaaaaa#\n", 9_000),
    "a long chain": "variables:\n" + numbered("  v#: 1 + v#0\n", 20_000),
    "many cycles": "variables:\n" + numbered("  v#: w#\n  w#: v#\n", 9_000),
    "many reserved words": "variables:\n" + numbered("  mean_: #\n", 50_000),
    "many unknown keys": numbered("key#: 1\n", 60_000),
    "many wrong values": "assumptions:\n" + numbered("  a#: {prior: []}\n", 30_000),
    "many repeated keys": "a: 1\n" * 100_000,
    "interventions in interventions": "claims: {a: {why: x, holds: '"
    + "a > (" * 95
    + "b"
    + " | do(x = 1))" * 95
    + "'}}",
    "many correlations": "assumptions:\n"
    + numbered("  a#: {prior: 1, why: x}\n", 1_000)
    + "correlations:\n"
    + numbered("  - {between: [a#, a0], rho: 0.01}\n", 5_000),
    "many games": TIME
    + "actors: {r: }\ngames:\n"
    + numbered(
        "  g#: {played: {every: 1 week}, solve: {precision: 1},"
        " tree: {r: {a: {payoffs: {r: 1}}, b: {payoffs: {r: z}}}}}\n",
        1_500,
    ),
    "a short step": "time: {start: 0001-01-01, step: 1e-300 weeks, until: 9999-12-31}",
    "a long step": "time: {start: 0001-01-01, step: 1e300 weeks, until: 9999-12-31}",
    "a far moment": TIME + "claims: {a: {why: x, holds: 'at(elapsed, 1e308 weeks) > 1 week'}}",
    "many passages": "passages:\n" + numbered("  p#: {source: x, start: 0, end: #}\n", 20_000),
    "control characters": HEAD + "about: " + "\x01" * 900_000,
    "line separators": "about: " + "\u2028" * 300_000,
}
WIDE = ("many commas in a bracket", "a choice of many", "many games", "many wrong values")
# Codes that no stored file shows: see tests/case/test_codes.py.
MADE = {
    "E102": b"a" * 10_000_000,
    "E103": HEAD.encode() + "about: Besançon".encode("cp1252"),
    "E109": HEAD.encode() + b"about: [" + b"1," * 100_001 + b"1]",
}


def timed(path: Path) -> Checked:
    """Check a case within the time a person waits for an answer.

    All stay below 0.8 s of processor time on the machine this was written on; a careless reader
    needs minutes.
    """
    before = time.process_time()
    checked = check(path)
    checked.rendered()
    assert soon(time.process_time() - before, 2.5)
    return checked


@pytest.mark.parametrize("name", GREEDY)
def test_greedy_files_are_refused_at_once(name: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(HEAD + GREEDY[name], encoding="utf-8")
    problems = timed(path).problems
    assert 1 <= len(problems) <= 100
    assert max((len(p.message) for p in problems), default=0) < 500


@pytest.mark.parametrize("code", MADE)
def test_files_too_large_or_strange_are_refused(code: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_bytes(MADE[code])
    assert [problem.code for problem in timed(tmp_path).problems] == [code]


def test_a_register_too_large_or_strange_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(HEAD + "forecasts: {table: forecasts.csv}\n")
    header = "id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if\n"
    for content, code in (
        (b"a" * 5_000_001, "E601"),
        ("id,Besançon".encode("cp1252"), "E601"),
        (b"," * 4_999_999, "E602"),
        (b'"' * 4_999_999, "E602"),
        (header.encode() + b'"' + b"a" * 4_900_000, "E602"),
        (header.encode() + b",,,,,,,,\n" * 400_000, "E602"),
        (header.encode() + b"a,a,a,a,a,a,a,a," + b"a" * 4_900_000, "E602"),
    ):
        (tmp_path / "forecasts.csv").write_bytes(content)
        assert code in {problem.code for problem in timed(tmp_path).problems}


def test_only_ordinary_files_are_read(tmp_path: Path) -> None:
    """A pipe would wait for a writer for ever; a folder, a device and nothing are no files."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    paths = (tmp_path / "pipe", tmp_path / "folder", Path("/dev/zero"), tmp_path / "nothing")
    for path in (*paths, tmp_path / ("a" * 5_000), Path("a\0b")):
        (problem,) = timed(path).problems
        assert problem.code == "E101"
    sources = numbered("  s#: {file: @}\n", 1).replace("@", "pipe")
    (tmp_path / "case.yaml").write_text(f"{HEAD}sources:\n{sources}", encoding="utf-8")
    assert [problem.code for problem in timed(tmp_path).problems] == ["E101"]


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("schelling: 1\ntitle: a secret\n", encoding="utf-8")
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "link.txt").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    (folder / "round").symlink_to(folder / "round")
    body = "sources: {a: {file: link.txt}, b: {file: up/secret.txt}, c: {file: round}}\n"
    (folder / "case.yaml").write_text(
        f"{HEAD}{body}forecasts: {{table: link.txt}}\n", encoding="utf-8"
    )
    codes = [problem.code for problem in check(folder).problems]
    assert codes[:2] == ["E110", "E110"]
    assert codes[-1] == "E110"
    (folder / "case.yaml").unlink()
    (folder / "case.yaml").symlink_to(secret)
    (problem,) = check(folder).problems
    assert problem.code == "E110"
    assert "secret" not in problem.message
    assert check(folder / "link.txt").case is not None  # named by the user, not by the case


WATCHED = """
import ast, builtins, json, sys
from pathlib import Path
from schelling.case.check import check

folder = Path(sys.argv[1])
check(folder / "harmless.yaml").rendered()  # whatever is loaded late is loaded now
seen, flags = [], []
compile_ = builtins.compile

def watched(source, filename, mode, flags_=0, *rest, **more):
    flags.append(flags_ | more.get("flags", 0))
    return compile_(source, filename, mode, flags_, *rest, **more)

def hook(event, arguments):
    if event == "open":
        seen.append([event, str(arguments[0])])
    elif event.split(".")[0] in {"exec", "import", "subprocess", "os", "socket", "ctypes"}:
        if event not in {"os.listdir", "os.scandir"}:
            seen.append([event, str(arguments)[:200]])

builtins.compile = watched
sys.addaudithook(hook)
codes = {path.name: [p.code for p in check(path).problems] for path in folder.glob("hostile*.yaml")}
answer = {"codes": codes, "seen": list(seen), "flags": flags, "tree": ast.PyCF_ONLY_AST}
status = Path("/proc/self/status").read_text()
answer["memory"] = int(status.split("VmHWM:")[1].split()[0])
print(json.dumps(answer))
"""
HOSTILE = (
    "about: !!python/object/apply:os.system ['touch ran']",
    "about: !!python/object/new:subprocess.Popen [['touch', 'ran']]",
    "about: !!python/name:os.system\n<<: !!python/module:os {}",
    "variables: {a: \"__import__('os').system('touch ran')\"}",
    "variables: {a: '().__class__.__bases__[0].__subclasses__()'}",
    "variables: {a: 'open(1)', b: 'exec(2)', c: 'eval(3)', d: 'print(4)', e: 'abs.x(5)'}",
    "variables: {a: '(lambda: 1)()', b: '[x for x in y]', c: 'f(x := 1)', d: 'await x'}",
    "variables: {a: 'max(*phase)', b: 'x if y else z', c: '1 if 1 else exit()'}",
    "assumptions: {a: {why: x, prior: 'normal(__import__(1), 1)', unit: 'exit()'}}",
    "assumptions: {a: {why: x, prior: 'exec(1)', unit: '__import__'}}",
    "sources: {a: {file: /etc/passwd}, b: {file: ../../../etc/passwd}, c: {file: link}}",
    "sources: {a: {file: '~/.netrc'}, b: {file: $HOME}, c: {file: 'https://example.org'}}",
    "forecasts: {table: /etc/passwd}",
    "forecasts: {table: link}",
    "include: other.yaml\n",
)


def test_nothing_is_run_and_nothing_outside_is_opened(tmp_path: Path) -> None:
    """Python's own audit events while hostile cases are checked, in a process of its own."""
    folder = tmp_path / "case"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (folder / "link").symlink_to(tmp_path / "secret")
    for number, body in enumerate(HOSTILE):
        (folder / f"hostile{number}.yaml").write_text(HEAD + body, encoding="utf-8")
    harmless = f"{HEAD}{TIME}variables: {{a: b + 1 lap}}\nforecasts: {{table: absent.csv}}\n"
    (folder / "harmless.yaml").write_text(harmless, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(folder)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    assert len(answer["codes"]) == len(HOSTILE)
    opened = {Path(what).resolve() for event, what in answer["seen"] if event == "open"}
    assert opened == {folder / f"hostile{number}.yaml" for number in range(len(HOSTILE))}
    assert [event for event, _ in answer["seen"] if event != "open"] == []
    assert answer["flags"]
    assert all(flags & answer["tree"] for flags in answer["flags"])  # parsed, never compiled
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "secret"]


def test_greedy_files_take_little_memory(tmp_path: Path) -> None:
    """The widest of them, one after the other, in a process of its own."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux says how much memory a process has taken")
    for number, body in enumerate(GREEDY[name] for name in WIDE):
        (tmp_path / f"hostile{number}.yaml").write_text(HEAD + body, encoding="utf-8")
    (tmp_path / "harmless.yaml").write_text(HEAD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path)], capture_output=True, text=True, check=True
    )
    kilobytes = json.loads(done.stdout)["memory"]
    assert kilobytes < 160_000  # 80 MB were seen, half of it Python and its libraries
