"""What the features of the language server answer, without a server."""

from pathlib import Path

import pytest
from lsprotocol import types

from lsp import siege
from schelling.case import meanings
from schelling.case.check import check
from schelling.case.file import disk
from schelling.case.places import cursor
from schelling.case.places.definitions import SPACES
from schelling.case.places.read import read
from schelling.case.places.things import NAME, LanguageWord, Mention, Places, Thing
from schelling.cli.writing.check import as_json
from schelling.errors import Span
from schelling.lsp import completion, navigation, outline, rename
from schelling.lsp.diagnostics import diagnostics
from schelling.lsp.positions import Positions
from schelling.lsp.workbench import Workbench

TESTS = Path(__file__).parents[1]
FAULTY = sorted(TESTS.glob("bad_cases/*.yaml"))
NOTED = sorted(TESTS.glob("noted_cases/*.yaml"))

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return siege.write(tmp_path_factory.mktemp("siege"))


@pytest.fixture(scope="module")
def places(path: Path) -> Places:
    return read(path)


def test_problems_and_notes_are_those_of_check() -> None:
    """Of every faulty and noted case: the same, in the same order, at the same places."""
    severities = {types.DiagnosticSeverity.Error: "problems"}
    severities[types.DiagnosticSeverity.Information] = "notes"
    for path in (*FAULTY, *NOTED):
        checked = check(path)
        said = as_json(checked)
        for file, found in diagnostics(checked, path, types.PositionEncodingKind.Utf32).items():
            for severity, kind in severities.items():
                own = [one for one in said[kind] if one["file"] == str(file)]
                shown = [one for one in found if one.severity is severity]
                assert [one.code for one in shown] == [one["code"] for one in own]
                for one, other in zip(shown, own, strict=True):
                    assert one.message.startswith(other["message"])
                    if other["line"] is not None:
                        start = one.range.start
                        assert (start.line + 1, start.character + 1) == (
                            other["line"],
                            other["column"],
                        )
        files = {str(file) for file in checked.texts} | {str(path)}
        assert all(one["file"] in files or one["line"] is None for one in said["problems"])


def test_columns_are_counted_as_the_editor_counts_them() -> None:
    text = "a: 🕊 é x"
    at = text.index("x") + 1
    for encoding, column in (("utf-16", 8), ("utf-8", 11), ("utf-32", 7), (None, 8)):
        positions = Positions(text, encoding)
        place = positions.range(one_wide(at)).start
        assert place == types.Position(0, column)
        assert positions.place(place) == (1, at)
        assert positions.offset(place) == at - 1
    assert Positions(text).place(types.Position(7, 3)) == (8, 1)
    assert Positions(text).offset(types.Position(7, 3)) == len(text)


def one_wide(column: int) -> Span:
    return Span(1, column, 1, column + 1)


def hovered(places: Places, words: str, part: str = "", number: int = 1) -> str:
    found = places.at(places.path, *siege.place(siege.CASE, words, part, number))
    case = check(places.path).case
    assert found is not None
    return (
        meanings.of_word(found)
        if isinstance(found, LanguageWord)
        else meanings.of_name(places, found, case)
    )


def test_hover_says_what_a_name_is(places: Places) -> None:
    need = hovered(places, "days * need", "need")
    assert need.startswith("**need**: assumption, in tonne / day")
    assert "prior: 40 to 60" in need
    assert "Rations of 100,000 people." in need
    breached = hovered(places, '"breached"', "breached")
    assert breached.startswith("**breached**: variable, a pure number")
    resolve = hovered(places, "resolve: ", "resolve")
    assert "P1.S1: The garrison holds out." in resolve
    assert "2 members: north, south" in hovered(places, "for f in fort", "fort")
    assert hovered(places, "phase != surrender", "surrender").startswith("**surrender**: phase")


def test_hover_explains_words_of_the_language(places: Places) -> None:
    assert "logistic(x)" in hovered(places, "logistic(2")
    assert "the present phase" in hovered(places, "always(phase", "phase")
    assert "(key of games: played)" in hovered(places, "every: 4")
    assert "(key of events)" not in hovered(places, "every: 4")


def suggested(places: Places, text: str) -> dict[str, str]:
    found = completion.complete(cursor.at(text, len(text)), places)
    assert len({one.label for one in found}) == len(found)
    return {one.label: one.kind for one in found}


HEAD = siege.CASE.partition("actors:")[0]


def test_completion_of_names_and_functions(places: Places) -> None:
    found = suggested(places, HEAD + "claims:\n  new: {why: x, holds: final(")
    assert found["need"] == "assumption"
    assert found["food"] == "stock"
    assert found["logistic"] == "function"
    assert found["elapsed"] == "word"
    assert "besieger" not in found
    assert "parley" not in found
    assert "f" in suggested(places, HEAD + "variables:\n  x: any(y for f in fort if ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("claims: {a: {holds: phase == ", {"siege", "surrender"}),
        ("claims:\n  a: {holds: final(phase != su", {"siege", "surrender"}),
        ("claims: {a: {holds: payoff(", {"parley"}),
        ("claims: {a: {holds: payoff(parley, ", {"besieger", "garrison"}),
        ("claims: {a: {holds: payoff(parley, garrison, ", {"hold", "give_in"}),
        ('claims: {a: {holds: "wall[', {"fort", "north", "south"}),
        ('claims: {a: {holds: "x | do(y = 1, wall[', {"fort", "north", "south"}),
        ("variables: {a: any(x for f in ", {"fort", "side"}),
        ("actors: {garrison: {wants: [", {"no_surrender", "holds_north", "hungry", "likely"}),
        ("assumptions: {x: {from: ", {"P1.S1"}),
        ("assumptions: {x: {lever: ", {"besieger", "garrison"}),
        ("games: {parley: {solve: {as: ", {"quantal", "spe", "nash"}),
        ("events: {x: {once: ", {"true", "false"}),
        ("correlations:\n  - between: [", {"need", "resolve", "precision"}),
        ("rivals:\n  new: {extends: ", {"stubborn", "fed"}),
        ("passages: {P2: {source: ", {"letter"}),
        ("correlations:\n  - be", {"between", "rho", "why"}),
        ("premises: {new: {why: x, ", {"drafted", "from", "says", "grants"}),
        ("games: {parley: {tree: {garrison: {hold: {payoffs: {", {"besieger", "garrison"}),
        ("games: {parley: {tree: {garrison: {", {"hold", "give_in"}),
        ("events: {x: {effects: {", {"food", "wall"}),
    ],
)
def test_completion_fits_the_place(places: Places, text: str, expected: set[str]) -> None:
    assert set(suggested(places, "schelling: 1\n" + text)) == expected


def test_completion_of_units_priors_and_sections(places: Places) -> None:
    assert "week" in suggested(places, "variables: {a: elapsed > 4 ")
    assert "share" in suggested(places, "stocks: {a: {unit: ")
    assert set(suggested(places, "assumptions: {a: {prior: ")) >= {"beta", "uniform"}
    assert "food" not in suggested(places, "assumptions: {a: {prior: ")
    found = suggested(places, "schelling: 1\n")
    assert found["claims"] == "key"
    assert "schelling" not in found
    inside = suggested(places, "rivals: {r: {stocks: {food: {")
    assert {"start", "change", "why"} <= set(inside)


@pytest.fixture(scope="module")
def besieged() -> Places:
    return read(ROOT / "docs/tooling/example.yaml")


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("populations: {besieged: {states: {x: {next: ", {"gives_in", "despair", "food"}),
        ("populations: {besieged: {states: {x: {next: any(a[o] for o in ", {"mates", "besieged"}),
        ("populations: {besieged: {ties: {x: {network: ", {"blocks", "table", "lattice"}),
        ("populations: {besieged: {ties: {x: {network: blocks, by: ", {"place"}),
        ("variables: {x: share(", {"gives_in", "food"}),
        ("variables: {x: share(gives_in[c] for c in ", {"besieged", "fort"}),
        ("variables: {x: share(place[c] == ", {"barracks", "hospital"}),
    ],
)
def test_completion_knows_agents(besieged: Places, text: str, some: set[str]) -> None:
    assert some <= set(suggested(besieged, "schelling: 1\n" + text))


def test_ties_run_along_groups_of_their_population(besieged: Places) -> None:
    text = "schelling: 1\npopulations: {besieged: {ties: {x: {network: blocks, by: "
    assert suggested(besieged, text) == {"place": "groups"}
    assert suggested(besieged, text.replace("besieged", "besiegers")) == {}


def test_a_case_with_agents_has_an_outline(besieged: Places) -> None:
    (section,) = [
        one
        for one in outline.outline(
            besieged, besieged.path, Positions(besieged.texts[besieged.path])
        )
        if one.name == "populations"
    ]
    assert [one.name for one in section.children or ()] == ["besieged", "countryside"]
    assert {role for _, role in SPACES.values()} <= set(outline.KINDS)


def mention(places: Places, words: str, part: str = "") -> Mention:
    found = navigation.thing_at(places, places.path, *siege.place(siege.CASE, words, part))
    assert found is not None
    return found


def test_definition_and_references(places: Places, path: Path) -> None:
    hunger = mention(places, "resolve - hunger", "hunger")
    ((file, span),) = navigation.definitions(places, hunger)
    assert (file, (span.line, span.column)) == (
        path,
        siege.place(siege.CASE, "hunger: {", "hunger"),
    )
    found = navigation.references(places, hunger)
    assert [spot[0].name for spot in found] == ["case.yaml"] * 4 + ["stubborn.yaml"]
    assert len(navigation.references(places, hunger, declaration=False)) == len(found) - 1
    north = mention(places, "wall[north]", "north")
    assert navigation.definitions(places, north)[0][0].name == "forts.csv"


@pytest.mark.parametrize(
    ("words", "part", "new", "places_of_it"),
    [
        ("days * need", "need", "rations", 5),
        ("resolve - hunger", "hunger", "famine", 5),
        ("wall[north]", "north", "nord", 2),
        ("wall[north]", "wall", "rampart", 4),
        ("guns[fort]", "guns", "cannon", 3),
        ("for f in fort", "fort", "castle", 4),
        ("phase != surrender", "surrender", "the_end", 3),
        ("(parley, garrison, hold)", "hold", "stay", 2),
        ("(parley, garrison, hold)", "parley", "talks", 2),
        ("(parley, garrison, hold)", "garrison", "defenders", 5),
        ("wants: [no_surrender]", "no_surrender", "it_holds", 2),
        ("from: P1.S1", "P1.S1", "P9.S9", 3),
    ],
)
def test_renaming_reaches_every_place(
    tmp_path: Path, words: str, part: str, new: str, places_of_it: int
) -> None:
    """The renamed case has no problems, and means the same: as many of everything."""
    path = siege.write(tmp_path)
    places = read(path)
    thing = mention(places, words, part).thing
    found = rename.edits(places, thing, new, {})
    assert sum(map(len, found.values())) == places_of_it
    for file, spans in found.items():
        lines = file.read_text("utf-8").split("\n")
        for span in sorted(spans, key=lambda one: -one.column):
            line = lines[span.line - 1]
            lines[span.line - 1] = line[: span.column - 1] + new + line[span.end_column - 1 :]
        file.write_text("\n".join(lines), "utf-8")
    assert check(path).case is not None
    renamed = read(path)
    assert thing not in renamed.definitions
    assert len(renamed.mentions) == len(places.mentions)


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("food", "something else"),
        ("two words", "not a name"),
        ("not", "a word of the grammar"),
        ("Hunger_", "collides"),
        ("", "not a name"),
    ],
)
def test_a_name_that_cannot_be_is_refused(places: Places, new: str, why: str) -> None:
    with pytest.raises(rename.RenameRefused, match=why):
        rename.edits(places, Thing(NAME, "need"), new, {})


def test_a_name_that_another_name_would_hide_is_refused(tmp_path: Path) -> None:
    """`f` stands for a fort inside `any(... for f in fort)`."""
    case = siege.CASE.replace("any(wall[f] < 0.5 for", "any(wall[f] < resolve for")
    places = read(siege.write(tmp_path, case=case))
    with pytest.raises(rename.RenameRefused):
        rename.edits(places, Thing(NAME, "resolve"), "f", {})


def test_outline(places: Places, path: Path) -> None:
    found = outline.outline(places, path, Positions(siege.CASE))
    assert [one.name for one in found] == list(places.root.value if places.root else ())
    inside = {one.name: [child.name for child in one.children or ()] for one in found}
    assert inside["assumptions"] == ["need", "resolve", "precision"]
    assert inside["rivals"] == ["stubborn", "fed"]
    assert inside["title"] == []
    (parley,) = next(one for one in found if one.name == "games").children or ()
    assert [child.name for child in parley.children or ()] == ["hold", "give_in"]

    def within(symbol: types.DocumentSymbol, around: types.Range) -> None:
        assert around.start <= symbol.range.start <= symbol.range.end <= around.end
        assert symbol.range.start <= symbol.selection_range.start
        assert symbol.selection_range.end <= symbol.range.end
        for child in symbol.children or ():
            within(child, symbol.range)

    for symbol in found:
        within(symbol, types.Range(types.Position(0, 0), types.Position(999, 0)))


def test_open_texts_stand_in_place_of_files(path: Path) -> None:
    bench = Workbench()
    bench.show(path, siege.CASE.replace("days * need", "days * neeed"))
    assert [problem.code for problem in bench.check(path).problems] == ["E303"]
    bench.show(path.with_name("forts.csv"), "name,guns\nnorth,many\n")
    codes = {(problem.path, problem.code) for problem in bench.check(path).problems}
    assert (path.with_name("forts.csv"), "E424") in codes
    bench.close(path)
    bench.close(path.with_name("forts.csv"))
    assert bench.check(path).case is not None


def test_names_are_kept_while_the_text_is_no_yaml(path: Path) -> None:
    bench = Workbench()
    assert bench.places(path).defined("need") is not None
    bench.show(path, siege.CASE + "claims: {")
    assert bench.places(path).defined("need") is not None


def test_a_file_knows_its_case(path: Path, tmp_path: Path) -> None:
    bench = Workbench()
    assert bench.cases(path) == (path,)
    for name in ("forts.csv", "stubborn.yaml"):
        bench.show(path.with_name(name), path.with_name(name).read_text(encoding="utf-8"))
        assert bench.cases(path.with_name(name)) == (path,)
    stranger = tmp_path / "compose.yaml"
    bench.show(stranger, "services: {}\n")
    assert bench.cases(stranger) == ()
    bench.show(stranger, "schelling: 1\ntitle: x\n")
    assert bench.cases(stranger) == (stranger,)


def test_nothing_outside_the_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.csv").write_text("name,guns\nnorth,4\n", encoding="utf-8")
    case = siege.CASE.replace("forts.csv", "../secret.csv").replace("stubborn.yaml", "/etc/passwd")
    path = siege.write(inner, case=case)
    asked: list[Path] = []
    real = disk.read
    monkeypatch.setattr(disk, "read", lambda p, *rest: asked.append(p) or real(p, *rest))
    places, checked = read(path), check(path)
    assert {problem.code for problem in checked.problems} >= {"E110"}
    assert all(one.resolve().is_relative_to(inner) for one in asked)
    assert set(places.texts) == {path}
