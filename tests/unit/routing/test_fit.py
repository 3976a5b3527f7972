from random import Random

import pytest

from routing.distance import Pace, VectorTravel
from routing.model import Place, TravelMatrix
from routing.roads.fit import DoneTrip, HourFit, fit_hours, rush_of


def made(
    count: int, hours: tuple[int, int], *, rate: float, constant: float, seed: int = 1
) -> list[DoneTrip]:
    """Trips that take `constant` seconds and `rate` a metre, give or take a fifth; one in twenty went wrong."""
    dice = Random(seed)
    trips = []
    for number in range(count):
        metres = dice.uniform(300, 12_000)
        took = (constant + rate * metres) * dice.uniform(0.8, 1.2) * (4 if number % 20 == 0 else 1)
        trips.append(DoneTrip(metres, round(took), dice.randrange(*hours)))
    return trips


def at(fits: tuple[HourFit, ...], hour: int) -> HourFit:
    return next(fit for fit in fits if fit.from_hour <= hour < fit.to_hour)


def seconds(pace: Pace, metres: float) -> float:
    return metres * pace.detour * 3.6 / pace.speed_kmh + pace.per_trip_s


def test_the_constant_and_the_rate_of_each_hour_are_found_in_spite_of_mishaps() -> None:
    trips = made(400, (7, 10), rate=0.25, constant=240) + made(400, (10, 16), rate=0.15, constant=120)

    fits = fit_hours(trips)

    for hour, rate, constant in ((8, 0.25, 240), (12, 0.15, 120)):
        fit = at(fits, hour)
        plain = seconds(fit.pace, 6_000) / (1 + fit.margin)
        assert plain == pytest.approx(constant + rate * 6_000, rel=0.05)
        assert fit.trips == 400


def test_the_margin_keeps_the_share_of_trips_on_time_that_was_asked() -> None:
    trips = made(1_000, (10, 16), rate=0.2, constant=150)

    loose, tight = (at(fit_hours(trips, on_time=share), 12) for share in (0.6, 0.9))

    assert loose.late == pytest.approx(0.4, abs=0.03)
    assert tight.late == pytest.approx(0.1, abs=0.03)
    assert tight.margin > loose.margin >= 0


def test_a_band_with_too_few_trips_has_the_fit_of_all_and_too_few_in_all_the_usual_pace() -> None:
    fits = fit_hours(made(200, (10, 16), rate=0.2, constant=150))

    assert at(fits, 3).pace == at(fits, 12).pace
    assert at(fits, 3).trips == 0
    assert {fit.pace for fit in fit_hours(made(29, (10, 16), rate=0.2, constant=150))} == {Pace()}
    assert fit_hours([])[0] == HourFit(0, 7, Pace(), 0.0, 0, 0.0)


@pytest.mark.parametrize(
    "trips",
    [
        [DoneTrip(1_000, 300, 9)] * 50,
        [DoneTrip(1_000 + number, 5_000 - number, 9) for number in range(50)],
        [DoneTrip(1_000 + 10 * number, 1 + number * number, 9) for number in range(50)],
        [DoneTrip(0, 100, 9), DoneTrip(5, 0, 9)] * 50,
        [DoneTrip(0.1, 14_400, 9)] * 50,
    ],
    ids=["all alike", "farther is quicker", "no constant", "no trips at all", "standing still"],
)
def test_odd_trips_still_give_a_pace_that_can_be(trips: list[DoneTrip]) -> None:
    for fit in fit_hours(trips):
        assert 1 <= fit.pace.speed_kmh <= 200
        assert 0 <= fit.pace.per_trip_s <= 7_200


def test_the_hours_of_a_plan_become_rushes_from_its_own_epoch() -> None:
    fits = (
        HourFit(0, 8, Pace(), 0, 0, 0),
        HourFit(8, 10, Pace(speed_kmh=15), 0, 0, 0),
        HourFit(10, 16, Pace(), 0, 90, 0),
        HourFit(16, 24, Pace(speed_kmh=20), 0, 0, 0),
    )
    places = [Place(39.0, -76), Place(39.1, -76)]

    def matrix_of(pace: Pace) -> TravelMatrix:
        return VectorTravel(pace).matrix(places)

    rushes = rush_of(fits, matrix_of, midnight_s=-9 * 3_600, until_s=8 * 3_600)

    assert [(rush.from_s, rush.to_s) for rush in rushes] == [(0, 3_600), (25_200, 28_800)], (
        "the hours at the usual pace need none"
    )
    assert rushes[0].travel.seconds[0][1] > rushes[1].travel.seconds[0][1]


def test_bands_with_holes_and_shares_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="follow each other"):
        fit_hours([], bands=((0, 8), (9, 24)))
    for share in (0.4, 1):
        with pytest.raises(ValueError, match="half and one"):
            fit_hours([], on_time=share)
