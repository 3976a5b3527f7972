"""Every word of a clock is said in both languages."""

from field_visits.compliance.clocks.clock import ClockState, Note, Title, What, Why
from field_visits.dossier.clock_wording import EVENTS, NOTES, REASONS, STATES, TITLES


def test_nothing_that_a_clock_says_is_left_without_words() -> None:
    said = ((TITLES, Title), (STATES, ClockState), (EVENTS, What), (REASONS, Why), (NOTES, Note))

    assert [set(words) for words, _ in said] == [set(members) for _, members in said]
    assert all(zh and en for words, _ in said for zh, en in words.values())
