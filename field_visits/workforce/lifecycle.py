"""Lifecycles of teams, shifts, absences, skills and crews: short, since a day's roster is."""

from field_visits.evidence.codes import Code
from field_visits.kernel.lifecycle import Lifecycle, Transition

TEAM = Lifecycle(
    subject="team",
    states=("active",),
    transitions=(
        Transition("create", (), "active", Code.TEAM_CREATED, Code.TEAM_CREATION_REFUSED),
        Transition("set_members", ("active",), None, Code.TEAM_MEMBERS_CHANGED, Code.TEAM_MEMBERS_REFUSED),
    ),
)

SHIFT = Lifecycle(
    subject="shift",
    states=("planned", "withdrawn"),
    transitions=(
        Transition("plan", (), "planned", Code.SHIFT_PLANNED, Code.SHIFT_REFUSED),
        Transition(
            "withdraw", ("planned",), "withdrawn", Code.SHIFT_WITHDRAWN, Code.SHIFT_WITHDRAWAL_REFUSED
        ),
        # By the undoing of the import that withdrew it.
        Transition("restore", ("withdrawn",), "planned", Code.SHIFT_RESTORED, Code.SHIFT_RESTORATION_REFUSED),
    ),
)

ABSENCE = Lifecycle(
    subject="absence",
    states=("recorded", "withdrawn"),
    transitions=(
        Transition("record", (), "recorded", Code.ABSENCE_RECORDED, Code.ABSENCE_REFUSED),
        Transition(
            "withdraw",
            ("recorded",),
            "withdrawn",
            Code.ABSENCE_WITHDRAWN,
            Code.ABSENCE_WITHDRAWAL_REFUSED,
        ),
    ),
)

SKILL = Lifecycle(
    subject="skill",
    states=("granted",),
    transitions=(Transition("grant", (), "granted", Code.SKILL_GRANTED, Code.SKILL_REFUSED),),
)

CREW = Lifecycle(
    subject="crew",
    states=("formed",),
    transitions=(Transition("form", (), "formed", Code.CREW_FORMED, Code.CREW_REFUSED),),
)
