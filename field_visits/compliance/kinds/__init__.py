"""The closed set of rule kinds. A new kind is one module here and one line in `KINDS`."""

from field_visits.compliance.kinds.days_off import DaysOff
from field_visits.compliance.kinds.enquiries import Enquiries, Grounds, Unreachable
from field_visits.compliance.kinds.frequency import Frequency
from field_visits.compliance.kinds.holds import Holds
from field_visits.compliance.kinds.hours import Hours
from field_visits.compliance.kinds.limitation import LimitationEnd
from field_visits.compliance.kinds.limits import Limit
from field_visits.compliance.kinds.notice import NoticeLead
from field_visits.compliance.kinds.parties import Parties
from field_visits.compliance.kinds.places import Places
from field_visits.compliance.kinds.staffing import Staffing
from field_visits.compliance.rules import Measure

KINDS: dict[str, type[Measure]] = {
    kind.KIND: kind
    for kind in (
        Hours,
        DaysOff,
        Places,
        Holds,
        NoticeLead,
        Frequency,
        Staffing,
        Limit,
        Parties,
        Grounds,
        Enquiries,
        Unreachable,
        LimitationEnd,
    )
}
