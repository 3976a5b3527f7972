"""Terms by the calendar. Pure.

The day of an event is not counted; a term of years or months ends on the day of the same number, or on the last
day of the month where there is none (民法典 art. 201-202, general knowledge; for other laws our reading). A last
day that is a holiday is not moved: the earlier day is the careful one.
"""

import calendar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = "Asia/Shanghai"
BRITAIN = "Europe/London"
_FRIDAY = 4


def local_day(at: datetime, zone: str) -> date:
    """The day on which an instant falls there."""
    return at.astimezone(ZoneInfo(zone)).date()


def after_months(day: date, months: int) -> date:
    """The last day of a term of `months` that an event on `day` starts."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def after_years(day: date, years: int) -> date:
    """The last day of a term of `years`: 29 February ends on 28 February in a common year."""
    return after_months(day, 12 * years)


def after_days(day: date, days: int) -> date:
    """The last day of a term of `days`."""
    return day + timedelta(days=days)


def after_weekdays(day: date, count: int) -> date:
    """The `count`-th day from Monday to Friday after `day`."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() <= _FRIDAY
    return day
