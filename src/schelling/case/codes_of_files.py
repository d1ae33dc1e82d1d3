"""Error codes of files, of YAML and of the shape of a case: E1.. and E2.."""

from __future__ import annotations

from schelling.case.code import Code

FILES = (
    Code(
        "E101",
        "File that cannot be read",
        "There is no such file, it may not be read, or it is not a file but a folder or a device. "
        "Name a folder that holds a case.yaml, or a YAML file; a source beside the case must be an "
        "ordinary file.",
        "sources: {letter: {file: .}}",
        "sources: {letter: {file: letter.text}}",
    ),
    Code(
        "E102",
        "File that is too large",
        "A case file or a source has at most 1,000,000 bytes, a table 5,000,000. An "
        "argument that a person can judge is far smaller. Leave long texts in their own file and "
        "refer to them by passages.",
        "case.yaml with 10,000,000 bytes",
        "case.yaml with 40,000 bytes",
    ),
    Code(
        "E103",
        "Text that is not UTF-8",
        "The bytes of the file are not UTF-8 text, so its characters and positions are not "
        "certain. Save it as UTF-8 in your editor.",
        "forecasts.csv saved as Windows-1252",
        "forecasts.csv saved as UTF-8",
    ),
    Code(
        "E104",
        "Not valid YAML",
        "The file is not YAML, or is empty. The caret stands where reading stopped; the slip is "
        "there or shortly before. Most often a text with ': ' lacks quotes, or a value with "
        "brackets or commas inside { } does.",
        "about: it says: no treaty",
        'about: "it says: no treaty"',
    ),
    Code(
        "E105",
        "YAML tag",
        "A tag such as !!python/name asks the reader to build something other than plain data. "
        "Cases come from strangers, so no tag is followed. Remove it.",
        "about: !!str 2022",
        'about: "2022"',
    ),
    Code(
        "E106",
        "YAML anchor or alias",
        "Anchors (&name) and aliases (*name) can make a small file expand without limit, and hide "
        "what a value is from its reader. Write the value out where it is used.",
        "about: &text the same",
        "about: the same",
    ),
    Code(
        "E107",
        "Key given twice",
        "A mapping has the same key twice. Most readers of YAML keep the last one in silence; "
        "here it is an error, since one of the two would not be what the reader thinks. Remove or "
        "rename one.",
        "about: the first\nabout: the second",
        "about: the first and the second",
    ),
    Code(
        "E108",
        "Nested too deep",
        "Mappings and lists stand more than 40 levels inside each other. No case needs that, and "
        "it can be used to exhaust a reader. Usually a bracket is not closed.",
        "about: " + "[" * 41 + "]" * 41,
        "about: at most 40 levels",
    ),
    Code(
        "E109",
        "Too many values",
        "The file has more than 100,000 values, or more than 5,000 definitions. Data in such "
        "numbers belong into a CSV table; an argument in such numbers cannot be judged by "
        "anybody.",
        "a list of 100,001 numbers",
        "a CSV table beside the case",
    ),
    Code(
        "E110",
        "File outside the folder of the case",
        "A case reads only files in its own folder or below it: an absolute path, '..' or a link "
        "that leads elsewhere is refused, so that a stranger's case cannot read yours. Copy the "
        "file into the folder, or name the text with --source.",
        "sources: {letter: {file: ../letters/first.text}}",
        "sources: {letter: {file: letter.text}}",
    ),
    Code(
        "E111",
        "Another version of the language",
        "The first line says in which version of the language the case is written; this program "
        "reads version 1.",
        "schelling: 2",
        "schelling: 1",
    ),
    Code(
        "E112",
        "Second document",
        "A line of three dashes begins another YAML document; a case is one document. Remove the "
        "line, or put the second case into its own file.",
        "about: the first\n---\nabout: the second",
        "about: the first",
    ),
    Code(
        "E201",
        "Unknown key",
        "The language has no such key in this place. Unknown keys are never ignored, since a slip "
        "of the pen would silently remove an assumption. Correct the spelling, or put a remark "
        "behind #.",
        "stocks:\n  aid: {start: 0, unit: EUR, bounds: [0, 9]}",
        "stocks:\n  aid: {start: 0, unit: EUR, within: [0, 9]}",
    ),
    Code(
        "E202",
        "Missing key",
        "A part of the case lacks a key it cannot do without. Add it.",
        "stocks:\n  sanctions: {unit: index}",
        "stocks:\n  sanctions: {unit: index, start: 0}",
    ),
    Code(
        "E203",
        "Wrong kind of value",
        "A value is a text where a number is needed, a single value where a list is, outside its "
        "range, and so on. Texts that look like numbers, dates of a single year or true and false "
        "need quotes.",
        "about: 2022",
        'about: "2022"',
    ),
    Code(
        "E204",
        "Not in this version yet",
        "Sets, populations, observations and rivals are part of the plan of the language, but not "
        "of version 1. The words are kept free so that cases will not have to change.",
        "sets: {city: [mariupol, kharkiv]}",
        "phases: [war, settlement]",
    ),
    Code(
        "E205",
        "Not a name",
        "Names of assumptions, stocks, variables, events, phases, actors, actions, games and "
        "claims are used in expressions: up to 80 letters, digits and underscores, beginning with "
        "a letter, and none of the words of the grammar, such as and, not, in.",
        "variables: {wider-war: 1}",
        "variables: {wider_war: 1}",
    ),
    Code(
        "E206",
        "Names that collide",
        "Two names differ only in case or underscores, or not at all. A reader would take one for "
        "the other, so names must differ by more. Rename one of them.",
        "variables: {face_cost_high: 1, facecost_high: 2}",
        "variables: {face_cost_high: 1, face_cost_low: 2}",
    ),
    Code(
        "E207",
        "Word of the language as a name",
        "The name is a function, a distribution, a unit of time or another word of the language, "
        "and would hide it. Choose another name.",
        "variables: {mean: 1}",
        "variables: {mean_level: 1}",
    ),
)
