"""A stand-in for a model behind `schelling read --with`: `python answering.py HOW`."""

import json
import pathlib
import subprocess
import sys
import time

GOOD = {
    "entries": [
        {
            "section": "assumptions",
            "name": "stores",
            "from": ["P1.S1"],
            "quote": "14 weeks of grain",
            "says": "How long the silos last.",
            "definition": {"prior": "10 to 20", "unit": "weeks"},
        },
        {
            "section": "claims",
            "name": "it_runs_out",
            "from": ["P1.S2"],
            "quote": "will run out",
            "says": "Grain is gone before the harvest.",
            "definition": {"holds": "stores < 26 weeks"},
        },
        {
            "section": "passages",
            "name": "P1.S3",
            "quote": "a disgrace",
            "says": "A judgement of the ministry.",
            "definition": {"scope": "out", "why": "A judgement of value."},
        },
    ]
}


def entry(**changes: object) -> dict[str, object]:
    """The claim above with some keys changed."""
    return {**GOOD["entries"][1], **changes}


def bad() -> dict[str, object]:
    """Entries with one mistake each, and one sound entry."""
    return {
        "entries": [
            GOOD["entries"][0],
            entry(name="quoted", quote="words that nobody wrote"),
            entry(name="nowhere", **{"from": ["P9.S9"]}),
            entry(name="syntax", definition={"holds": "stores <"}),
            entry(name="unknown", definition={"holds": "reserve > 0"}),
            entry(name="reads", definition={"holds": "stores < 26 weeks", "file": "/etc/passwd"}),
            entry(section="sources", name="evil", definition={"file": "/etc/passwd"}),
            entry(section="rivals", name="evil", definition={}),
            entry(name="not a name"),
            entry(name="unsaid", quote=""),
        ]
    }


def tags() -> dict[str, object]:
    """Tags of YAML and HTML, control characters, and a comment."""
    says = "<script>alert(1)</script> !!python/object/apply:os.system ['id'] \u0007\u2028# x: y"
    tag = entry(name="tagged", definition={"holds": "!!python/object:os.system"})
    return {"entries": [GOOD["entries"][0], entry(says=says), tag]}


def many() -> str:
    """Twenty megabytes, most of them written before the answer is given."""
    for _ in range(200):
        sys.stdout.write(" " * 100_000)
    return "{}"


def slow() -> str:
    """An answer after a minute."""
    time.sleep(60)
    return ""


def fail() -> str:
    """No answer."""
    sys.stderr.write("no key was given\n")
    sys.exit(3)


def leaves(*, session: bool) -> str:
    """A good answer, and a child that goes on and keeps the standard output open."""
    sleeping = "import time; time.sleep(15)"
    subprocess.Popen([sys.executable, "-c", sleeping], start_new_session=session)
    return json.dumps(GOOD)


def endless() -> str:
    """Errors without end, and no answer."""
    while True:
        sys.stderr.write("no " * 10_000)


def main(how: str) -> None:
    """Answer one request in the way that is asked for."""
    asked = json.load(sys.stdin)
    ways = {
        "good": lambda: json.dumps(GOOD),
        "bad": lambda: json.dumps(bad()),
        "learns": lambda: json.dumps(GOOD if asked["problems"] else bad()),
        "markup": lambda: f"```json\n{json.dumps(GOOD, indent=2)}\n```\n",
        "chat": lambda: f"Sure! Here is your answer:\n```json\n{json.dumps(GOOD)}\n```",
        "tags": lambda: json.dumps(tags()),
        "deep": lambda: "[" * 100_000,
        "large": lambda: json.dumps({"entries": [entry(says="a" * 9_000_000)]}),
        "many": many,
        "slow": slow,
        "fails": fail,
        "leaves a child": lambda: leaves(session=False),
        "leaves a session": lambda: leaves(session=True),
        "endless": endless,
    }
    if how not in ways:  # keeps the request, for the test to look at
        pathlib.Path(how).write_text(json.dumps(asked), "utf-8")
    sys.stdout.write(ways[how]() if how in ways else '{"entries": []}')


if __name__ == "__main__":
    main(sys.argv[1])
