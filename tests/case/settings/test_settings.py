"""Changes for one run: what is read, what they make of a case, and in which order."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import schelling
from schelling.case.change import replaced, unchanged
from schelling.case.check import check, load
from schelling.case.language.typed.typed_text import write
from schelling.case.model import Assumption, Case
from schelling.case.settings.apply import WHY
from schelling.case.settings.given import MAX_CHARACTERS, MOST, OPTION, Settings, mapping, options
from schelling.errors import CaseError

SIEGE = Path(__file__).parents[2] / "bad_settings" / "case.yaml"


def changed(*given: str) -> Case:
    return load(SIEGE, settings=options(given))


def assumption(case: Case, name: str) -> Assumption:
    return next(one for one in case.assumptions if one.name == name)


def said(settings: Settings) -> list[str]:
    return [problem.message for problem in settings.problems]


def test_a_number_fixes_an_assumption_and_keeps_its_unit() -> None:
    found = assumption(changed("hunger=0.05"), "hunger")
    old = assumption(load(SIEGE), "hunger")
    assert (found.prior.family, found.prior.parameters) == ("fixed", (0.05,))
    assert found.unit == old.unit
    assert found.origin.why == WHY


def test_a_prior_keeps_the_bounds_and_a_number_inside_them_needs_none() -> None:
    assert assumption(changed("resolve=uniform(0.5, 2)"), "resolve").prior.within == (0.0, 1.0)
    assert assumption(changed("resolve=1"), "resolve").prior.within is None
    assert assumption(changed("resolve=choice(0, 1)"), "resolve").prior.within is None


@pytest.mark.parametrize(
    ("given", "prior"),
    [
        ("resolve=30 percent", (0.3,)),
        ("resolve=7%", (0.07,)),
        ("help=14 days", (2.0,)),
        ("hunger=0.01 / day", (0.07,)),
        ("hunger=0.01 1 / day", None),
        ("resolve=30 percents of it", None),
        ("garrison[kyiv]=3 people", (3.0,)),
    ],
)
def test_a_number_with_a_unit_is_put_in_the_unit_of_the_assumption(
    given: str, prior: tuple[float] | None
) -> None:
    name = given.partition("=")[0]
    if prior is None:
        with pytest.raises(CaseError, match="is not a prior"):
            changed(given)
    else:
        assert assumption(changed(given), name).prior.parameters == prior


def test_an_interval_with_a_unit_is_that_of_the_converted_ends() -> None:
    with_unit = assumption(changed("help=7 to 21 days"), "help").prior
    assert with_unit.parameters == assumption(changed("help=1 to 3"), "help").prior.parameters


def test_a_lever_that_is_set_is_no_longer_to_choose() -> None:
    assert assumption(load(SIEGE), "opens").lever == "mayor"
    assert assumption(changed("opens=1"), "opens").lever == ""
    assert assumption(changed("opens=choice(0, 1, 2)"), "opens").lever == "mayor"


def test_one_member_of_a_set_or_all() -> None:
    def numbers(case: Case) -> list[Any]:
        return [a.prior.parameters for a in case.assumptions if a.name.startswith("garrison")]

    before = numbers(load(SIEGE))
    one = numbers(changed("garrison[ odesa ]=7"))
    assert one == [before[0], (7.0,), before[2]]
    assert numbers(changed("garrison[city]=7")) == [(7.0,)] * 3  # mariupol has a line of its own
    both = ["garrison[city]=7", "garrison[kyiv]=9"]
    assert numbers(changed(*both)) == numbers(changed(*both[::-1])) == [(9.0,), (7.0,), (7.0,)]
    assert changed(*both).digest == changed(*both[::-1]).digest
    told = changed("garrison[city]=7").changed[0]
    assert told.members == ("garrison[kyiv]", "garrison[odesa]", "garrison[mariupol]")
    assert told.before == "20 to 40; 5 to 10; 3"


def test_what_is_drawn_once_for_all_members_is_set_once() -> None:
    for name in ("mood[city]", "mood"):
        assert assumption(changed(f"{name}=0.25"), "mood").prior.parameters == (0.25,)


def test_two_changes_of_equally_many_definitions_are_not_guessed_at(tmp_path: Path) -> None:
    text = SIEGE.read_text(encoding="utf-8").replace("[kyiv, odesa, mariupol]", "[kyiv, mariupol]")
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    given = options(["road[kyiv, side]=0.1", "road[city, north]=0.2"])
    found = check(tmp_path, settings=given).problems
    assert [p.message for p in found] == [
        "'road[kyiv, side]' and 'road[city, north]' both set 'road[kyiv, north]'"
    ]


def test_a_variable_takes_a_formula_and_a_stock_its_start() -> None:
    case = changed("pull=resolve / 2", "will=0.75", "strength[c in city]=garrison[c] / 5 people")
    values = {one.name: write(one.value) for one in case.variables}
    assert values["pull"] == "(resolve / 2)"
    assert values["strength[odesa]"] == "(garrison[odesa] / 5)"
    assert write(case.stocks[0].start) == "0.75"
    assert case.stocks[0].origin.why == WHY


def test_claims_may_hold_what_a_change_puts_out_of_reach(tmp_path: Path) -> None:
    """A claim about do(resolve = 1) is refused where it changes nothing; not if --set is why."""
    text = SIEGE.read_text(encoding="utf-8")
    text += '  firm: {holds: "final(will | do(resolve = 1)) > 0.2", why: Letters.}\n'
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert load(tmp_path, settings=options(["pull=0.5"])).changed


def test_a_population_takes_another_size_and_way_of_being_computed() -> None:
    case = changed("people.size=2000", "people.fidelity=mean_field", "people.representatives=64")
    assert [(one.size, one.computed) for one in case.populations] == [(2000, 64)]
    assert [(one.name, one.before, one.after) for one in case.changed] == [
        ("people.fidelity", "agents", "mean_field"),
        ("people.representatives", "256", "64"),
        ("people.size", "1000", "2000"),
    ]
    assert case.populations[0].origin == load(SIEGE).populations[0].origin


def test_the_order_of_changes_does_not_matter_and_each_is_told() -> None:
    one, other = changed("resolve=0.5", "help=3"), changed("help=3", "resolve=0.5")
    assert one.digest == other.digest
    assert one.settings == {"help": "3", "resolve": "0.5"}
    assert [(c.section, c.before, c.after) for c in one.changed] == [
        ("assumptions", "2 to 5", "3"),
        ("assumptions", "beta(4, 3)", "0.5"),
    ]
    assert one.digest not in {load(SIEGE).digest, changed("help=3").digest}


def test_nothing_else_changes() -> None:
    before, after = load(SIEGE), changed("resolve=0.5")
    assert before.assumptions[1:] == after.assumptions[1:]
    assert before.claims == after.claims
    assert before.correlations == after.correlations


def test_a_file_is_the_same_as_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "low.toml"
    file.write_text(
        'resolve = 0.30\nhelp = """\n1 to\n3"""\n"garrison[kyiv]" = 7 # a remark\n',
        encoding="utf-8",
    )
    lines = ["resolve=0.30", "help=1 to 3", "garrison[kyiv]=7"]
    for given in (str(file), f"@{file}"):
        assert options([given]).pairs == options(lines).pairs
        assert load(SIEGE, settings=options([given])).digest == changed(*lines).digest


@pytest.mark.parametrize(
    "content",
    [
        b"a = " + b"[" * 5_000,
        b"a = 0x" + b"f" * 20_000,
        b"a = " + b"9" * 10_000,
        b"\xff\xfe",
        b"a = true",
        b"a = 2022-03-21",
        b"a = nan\nb.c = 3",
        b'a = "\\u0000"',
        b'a = "\\u202e"',
        b"=",
        b"x = 1\n" * 2,
        b"\n".join(b"a%d = 1" % n for n in range(MOST + 1)),
        b"#" * 200_000,
        b'a = "' + b"1" * (MAX_CHARACTERS + 1) + b'"',
    ],
)
def test_a_strange_file_is_a_problem_at_a_place(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "strange.toml"
    file.write_bytes(content)
    found = check(SIEGE, settings=options([str(file)]))
    assert found.case is None
    assert found.problems
    assert all(problem.path in (file, OPTION) for problem in found.problems)
    assert len(found.rendered()) < 4_000


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    link = tmp_path / "link.toml"
    link.symlink_to("/dev/zero")
    for path in (pipe, link, tmp_path / "folder.toml\0", tmp_path):
        found = options([f"@{path}"])
        assert [problem.code for problem in found.problems] == ["E101"]


@pytest.mark.parametrize(
    "given",
    ["a" * 20_000, "x=" + "9" * 20_000, "x=\x1b[31m", "x=a\ud800", "=3", "x==3", "x[=3", "", "\n"],
)
def test_a_strange_option_is_one_problem_of_few_words(given: str) -> None:
    found = check(SIEGE, settings=options([given]))
    assert len(found.problems) == 1
    assert found.problems[0].path == OPTION
    assert len(found.rendered()) < 1_000
    assert "\x1b" not in found.rendered()


def test_very_many_options_are_bounded() -> None:
    found = options([f"x{number}=1" for number in range(MOST + 200)])
    assert len(found.given) == MOST
    assert len(found.problems) == 100


def test_text_is_never_read_as_yaml() -> None:
    """What would be a mapping, a comment or an alias in a case file is a text here."""
    for text in ("{kyiv: 3, others: 4}", "3 # less", "*resolve", "&a 3", "!!int 3", "'3'"):
        with pytest.raises(CaseError, match=r"is not a prior|not allowed"):
            changed(f"garrison[city]={text}")


def test_python_takes_numbers_texts_and_names_over_sets() -> None:
    case = schelling.load(SIEGE)
    less = case.replace(resolve=np.float64(0.25), **{"garrison[kyiv]": 7, "help": "1 to 3"})
    assert less.digest == changed("resolve=0.25", "garrison[kyiv]=7", "help=1 to 3").digest
    more = less.replace(resolve=0.5)
    assert more.settings == {"garrison[kyiv]": "7", "help": "1 to 3", "resolve": "0.5"}
    assert unchanged(more) == load(SIEGE)
    assert case.settings == {}


def test_python_is_told_every_problem() -> None:
    case = load(SIEGE)
    with pytest.raises(CaseError, match="5 problems") as caught:
        replaced(
            case,
            {"resolv": 0.3, "help": True, "opens": [0, 1], "hunger": float("nan"), "resolve": 2},
        )
    assert "case.replace:1:1: 'resolv' is not an assumption" in caught.value.rendered
    assert said(mapping({"x": None, "": 3})) == [
        "'x' must be a number or a text",
        "'3' is not NAME=VALUE",
    ]


def test_a_file_that_was_edited_meanwhile_is_not_mixed_up(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(SIEGE.read_text(encoding="utf-8"), encoding="utf-8")
    case = load(tmp_path)
    low = replaced(case, {"resolve": 0.25})
    file.write_text(SIEGE.read_text(encoding="utf-8").replace("2 to 5", "2 to 6"), encoding="utf-8")
    for again in (lambda: replaced(case, {"resolve": 0.5}), lambda: unchanged(low)):
        with pytest.raises(CaseError, match="has changed since it was loaded"):
            again()


def test_a_source_from_elsewhere_stays_at_hand(tmp_path: Path) -> None:
    text = "He will hold."
    (tmp_path / "case").mkdir()
    (tmp_path / "letter.txt").write_text(text, encoding="utf-8")
    written = (
        "schelling: 1\ntitle: A letter\nsources: {letter: {file: letter.txt}}\n"
        "passages: {P1: {source: letter, start: 0, end: 12}}\n"
        "assumptions: {resolve: {prior: 0.3, from: P1}}\n"
        "claims: {holds: {holds: resolve > 0.2, why: a question}}\n"
    )
    (tmp_path / "case" / "case.yaml").write_text(written, encoding="utf-8")
    case = load(tmp_path / "case", source=tmp_path / "letter.txt")
    assert replaced(case, {"resolve": 0.1}).passages == case.passages
    assert replaced(case, {"resolve": 0.1}).sources[0].text == text
