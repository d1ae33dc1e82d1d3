"""What marks a sentence, and what looks like it and does not; found by readers of its results."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from schelling.reading.cues.marked import MarkedSentence, marked
from schelling.reading.cues.tables import english
from schelling.reading.documents.document import Document


def of(words: str) -> MarkedSentence:
    (found,) = marked(Document(Path("t.txt"), "plain", words, ""), english())
    return found


@pytest.mark.parametrize(
    ("mark", "words", "counts"),
    [
        ("condition", "Had they paid at once the strike would be over.", True),
        ("condition", "Had they eaten?", False),
        ("condition", "It would change were the air force to move.", True),
        ("condition", "Give us a cable and we shall ask for no more.", True),
        ("condition", "A long strike would empty the port.", True),
        ("condition", "A deal would be signed on Monday, he said.", False),
        ("condition", "He cannot remember when they met.", False),
        ("value", "A decent government would resign.", True),
        ("value", "A decent meal would cost 12 crowns.", False),
        ("value", "That is no way to run a port.", True),
        ("value", "There is no way to build on the site.", False),
        ("value", "They showed contempt for the law.", True),
        ("value", "He was fined for contempt of court.", False),
        ("cause", "Nobody mends it, for a report costs less.", True),
        ("cause", "They met again, for the last time was a success.", False),
        ("cause", "They closed the road, which has doubled the price.", True),
        ("cause", "It stands on a hill, which has turned white.", False),
        ("cause", "Most of the loss comes from damp.", True),
        ("cause", "Most of the guests came from abroad.", False),
        ("prediction", "Waiting would be irresponsible.", False),
        ("prediction", "Waiting would be cheaper.", True),
        ("prediction", "It may rain or snow tomorrow.", True),
        ("prediction", "They may fight or yield.", False),
        ("condition", "He might say they were the first to arrive.", False),
        ("value", "It is easy to defend the hill.", False),
        ("choice", "They were forced to choose between tax and debt.", True),
        ("choice", "Children were asked to choose a colour.", False),
        ("value", "It is just.", True),
        ("value", "“It is just,” he said.", True),
        ("value", "Was it just?", True),
        ("value", "This is just a rumour.", False),
        ("value", "It was just after dawn.", False),
        ("value", "This is just to say that it works.", False),
        ("value", "Was it just a bluff?", False),
        ("value", "Is that right now?", False),
        ("cause", "He left, as they wanted peace.", True),
        ("cause", "He left, as they had said.", False),
        ("cause", "It waits, for its ships are lost.", True),
        ("cause", "He wrote, for his wife, a poem.", False),
        ("cause", "It rests on the belief that all lie.", True),
        ("cause", "It rests on the table.", False),
        ("cause", "The mayor blames the union for the jams.", False),
        ("cause", "I blame him for the jams.", False),
        ("cause", "The union is to blame for the jams.", True),
        ("cause", "Thank you for coming.", False),
        ("cause", "Subsidies distort the market.", True),
        ("cause", "The damage to trust is done.", False),
        ("cause", "The crown weakened in May.", False),
        ("cause", "Tolls would deter lorries.", True),
        ("cause", "Ministers can cut the fund.", False),
        ("cause", "That raises the risk of war.", True),
        ("cause", "The crown fell, raising the cost of imports.", True),
        ("cause", "It is so dry that no boat sails.", True),
        ("cause", "They wait in order to save.", True),
        ("cause", "It fell, as the crown rose.", True),
        ("cause", "It fell, as the governor said.", False),
        ("cause", "Its debt is rooted in the war.", True),
        ("value", "It's a terrible plan.", True),
        ("value", "The owner's good harvest came.", False),
        ("value", "Sadly, it closed.", True),
        ("value", "The bridge should open then.", True),
        ("value", "Prices should recover.", False),
        ("value", "They are offensive.", True),
        ("value", "His tone was deeply offensive.", True),
        ("value", "Critics found his tone offensive.", True),
        ("value", "It was an offensive along the whole front.", False),
        ("value", "The acting is wooden.", True),
        ("value", "The handle is wooden.", False),
        ("value", "They found it dangerous.", True),
        ("value", "They found that good roads cut the time in half.", False),
        ("value", "The report considers the public good.", False),
        ("value", "It is the best thing they did.", True),
        ("value", "It took the best part of a year.", False),
        ("value", "The figures do not add up.", True),
        ("value", "The shares do not add up to one.", False),
        ("value", "They had a point.", True),
        ("value", "The roads have a point in common.", False),
        ("value", "It is a waste of talent.", True),
        ("value", "It was a waste of three tons.", False),
        ("value", "She is a credit to the school.", True),
        ("value", "The bank opened a credit to the mill.", False),
        ("prediction", "The deal is within reach.", True),
        ("prediction", "They think a truce within reach.", True),
        ("prediction", "The shelf is within reach.", False),
        ("condition", "Whoever talks will be dismissed.", True),
        ("condition", "Anyone caught there faces a fine.", True),
        ("condition", "I doubt that anyone here would notice.", False),
        ("condition", "They cannot win without a fleet.", True),
        ("condition", "It would not stand without any props.", True),
        ("condition", "The talks would begin without an agenda.", False),
        ("prediction", "Prices should recover.", True),
        ("prediction", "I would like to add a word.", False),
        ("condition", "Without rain the lake is lost.", True),
        ("condition", "They left without a word.", False),
        ("quantity", "He came third.", False),
        ("quantity", "A third of it is gone.", True),
        ("quantity", "They met at 10:45.", False),
        ("quantity", "An 11th-hour deal was made.", False),
        ("cause", "They left not because of greed.", False),
        ("cause", "It wasn't due to debt.", False),
        ("cause", "They left not only because of greed.", True),
        ("prediction", "I doubt it.", False),
        ("prediction", "They come, but we doubt that, as you know.", False),
        ("prediction", "I doubt that the bridge holds.", True),
        ("prediction", "She doubts whether it holds.", True),
        ("quantity", "3.5 Mt were shipped.", True),
        ("quantity", "2.4 GW were lost", True),
        ("quantity", "3,400, by his count, fled.", True),
        ("quantity", "Thousands, it is said, fled.", True),
        ("quantity", "Third, it fled.", False),
        ("quantity", "One third, it is said, fled.", True),
        ("quantity", "2.4 Winters were cold.", False),
        ("quantity", "2.4 The winter was cold.", False),
        ("quantity", "2.4 Use of force", False),
        ("quantity", "See http://a.example/500 for it.", False),
    ],
)
def test_a_mark_is_given_where_it_is_meant(mark: str, words: str, counts: bool) -> None:
    assert (mark in of(words).marks) == counts


def test_a_cause_that_is_denied_does_not_hide_the_one_that_is_stated() -> None:
    found = [cue.words for cue in of("Not because of greed, but due to debt.").cues]
    assert found == ["greed", "due to"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("They hold 70 percent of it.", "70 percent"),
        ("They hold 70 per cent", "70 per cent"),
        ("They hold 70 per", "70"),
        ("They hold 2 % of it.", "2 %"),
        ("It cost $3 hundred million a year.", "$3 hundred million"),
        ("It took 12 weeks.", "12"),
    ],
)
def test_a_number_goes_on_in_words(words: str, said: str) -> None:
    assert [cue.words for cue in of(words).cues if cue.mark == "quantity"] == [said]


@pytest.mark.parametrize(
    ("words", "dates"),
    [
        ("It lasts from May 4 to 11 June.", ("May 4", "11 June")),
        ("See Section 3 and 4 May 2031.", ("4 May 2031",)),
        ("From 11 to 12 May it rained.", ("11 to 12 May",)),
        ("It lasted from February 11 to 12.", ("February 11 to 12",)),
        ("It lasted from February 11 to 12, 2031.", ("February 11 to 12, 2031",)),
        ("From May 4–12 it rained.", ("May 4–12",)),
        ("It lasted from February 11 to 12", ("February 11 to 12",)),
        ("February 11 to 12 was cold.", ("February 11 to 12",)),
        ("On May 4 and 12 people died.", ("May 4",)),
        ("It grew in H2 2031.", ("H2 2031",)),
        ("It grew in H3 2031.", ()),
    ],
)
def test_dates_of_a_span_of_days(words: str, dates: tuple[str, ...]) -> None:
    assert of(words).named("date") == dates


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("He works for Human Rights Watch now.", ("Human Rights Watch",)),
        ("They met on Table Mountain.", ("Table Mountain",)),
        ("It lies in Key West today.", ("Key West",)),
        ("Note that it waits.", ()),
        ("As it says in Table 3 and Section B, it waits.", ()),
    ],
)
def test_words_that_open_a_sentence_may_stand_in_names(words: str, names: tuple[str, ...]) -> None:
    found = of(words)
    assert (*found.named("actor"), *found.named("place")) == names


def test_a_sentence_of_addresses_takes_time_in_proportion_to_its_length() -> None:
    """12,000 of them took 14 s of a core when every word was compared with every address."""
    begun = time.process_time()
    assert not of("http://a " * 12_000).marks
    assert time.process_time() - begun < 7
