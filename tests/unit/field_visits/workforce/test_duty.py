"""Shifts less absences, and what two people can do together."""

from datetime import UTC, datetime
from uuid import UUID

from field_visits.kernel.ids import CrewId, ShiftId, UserId
from field_visits.kernel.points import Point
from field_visits.workforce.duty import Availability, Break, Interval, cut, subtract, together

LEAD, PARTNER = UserId(UUID(int=1)), UserId(UUID(int=2))
CREW = CrewId(UUID(int=3))
HOME, AWAY = Point(31.2, 121.4), Point(31.3, 121.5)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 25, hour, minute, tzinfo=UTC)


def hours(start: int, end: int) -> Interval:
    return Interval(at(start), at(end))


def available(
    who: UserId, when: Interval, *rests: Break, skills: tuple[str, ...] = (), place: Point = HOME
) -> Availability:
    return Availability(who, ShiftId(UUID(int=9)), when, place, place, rests, frozenset(skills))


def test_absences_that_overlap_leave_what_none_of_them_covers() -> None:
    absences = [hours(10, 12), hours(11, 13), hours(16, 20)]

    assert subtract(hours(9, 18), absences) == [hours(9, 10), hours(13, 16)]


def test_an_absence_of_the_whole_shift_leaves_nothing() -> None:
    assert subtract(hours(9, 18), [hours(8, 19)]) == []


def test_an_absence_beside_the_shift_changes_nothing() -> None:
    assert subtract(hours(9, 18), [hours(7, 9), hours(18, 19)]) == [hours(9, 18)]


def test_the_break_goes_with_the_first_stretch_that_has_room_for_it() -> None:
    whole = available(LEAD, hours(9, 18), Break(hours(11, 14), 60))

    pieces = cut(whole, [Interval(at(11, 30), at(12))], hours(0, 24 - 1))

    assert [piece.hours for piece in pieces] == [Interval(at(9), at(11, 30)), hours(12, 18)]
    assert [piece.breaks for piece in pieces] == [(), (Break(hours(12, 14), 60),)]


def test_an_absence_over_the_whole_break_replaces_it() -> None:
    whole = available(LEAD, hours(9, 18), Break(hours(12, 13), 60))

    assert [piece.breaks for piece in cut(whole, [hours(12, 13)], hours(0, 23))] == [(), ()]


def test_a_range_outside_the_shift_finds_nothing() -> None:
    assert cut(available(LEAD, hours(9, 12)), [], hours(12, 18)) == []


def test_a_crew_works_while_both_do_with_the_skills_of_either_from_the_leads_place() -> None:
    lead = available(LEAD, hours(9, 17), skills=("zh",))
    partner = available(PARTNER, hours(10, 18), skills=("en",), place=AWAY)

    (crew,) = together(CREW, [lead], [partner])

    assert (crew.hours, crew.start, crew.skills, crew.size) == (
        hours(10, 17),
        HOME,
        frozenset({"zh", "en"}),
        2,
    )


def test_two_people_rest_at_once_where_their_windows_allow_it() -> None:
    lead = available(LEAD, hours(9, 17), Break(hours(11, 13), 30))
    partner = available(PARTNER, hours(9, 17), Break(hours(12, 14), 45))

    (crew,) = together(CREW, [lead], [partner])

    assert crew.breaks == (Break(hours(12, 13), 45),)


def test_two_people_rest_one_after_the_other_where_their_windows_do_not_meet() -> None:
    lead = available(LEAD, hours(9, 17), Break(hours(13, 14), 60))
    partner = available(PARTNER, hours(9, 17), Break(hours(11, 12), 60))

    (crew,) = together(CREW, [lead], [partner])

    assert crew.breaks == (Break(hours(11, 12), 60), Break(hours(13, 14), 60))


def test_people_without_a_common_hour_are_no_crew() -> None:
    assert together(CREW, [available(LEAD, hours(9, 12))], [available(PARTNER, hours(12, 18))]) == []
