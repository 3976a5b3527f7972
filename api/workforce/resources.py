"""Teams, shifts, absences, skills, crews."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.blueprints import Blueprint
from api.preconditions import check_version
from api.requests import reads, settle, writes
from api.work import current_scope, current_uow
from api.workforce.schemas import (
    AbsenceCreate,
    AbsenceList,
    AbsenceSchema,
    CrewCreate,
    CrewDayQuery,
    CrewOnDutyList,
    CrewSchema,
    DutyRangeQuery,
    DutyWithdrawal,
    ShiftCreate,
    ShiftList,
    ShiftSchema,
    SkillCreate,
    SkillList,
    SkillQuery,
    SkillSchema,
    TeamCreate,
    TeamList,
    TeamMembers,
    TeamSchema,
)
from field_visits.identity.permissions import Scope, reach
from field_visits.kernel.ids import AbsenceId, ShiftId, TeamId, UserId
from field_visits.workforce import queries, service
from field_visits.workforce.duty import Break, Interval

blueprint = Blueprint("workforce", __name__, description="Who works when, in which team, with whom.")


@blueprint.resource("/teams")
class Teams(MethodView):
    @reads("team:read")
    @blueprint.gives(200, TeamList)
    def get(self) -> dict[str, Any]:
        """Teams by name; below the organisation's reach, the caller's own."""
        teams = queries.list_teams(current_uow())
        if current_scope() is not Scope.ORGANISATION:
            teams = [team for team in teams if team.id in current_uow().actor.teams]
        return {"items": teams}

    @writes("team:create")
    @blueprint.takes(TeamCreate)
    @blueprint.gives(201, TeamSchema)
    def post(self, team: dict[str, Any]) -> Any:
        """A new team with its members."""
        born = settle(service.create_team(current_uow(), **team))
        return queries.get_team(current_uow(), born.row.id)


@blueprint.resource("/teams/<uuid:team_id>")
class OneTeam(MethodView):
    @reads("team:read")
    @blueprint.gives(200, TeamSchema)
    def get(self, team_id: UUID) -> Any:
        """A team and who belongs to it now."""
        team = queries.get_team(current_uow(), TeamId(team_id))
        reach(current_uow().actor, current_scope(), people=team.present_members, teams=[team.id])
        return team


@blueprint.resource("/teams/<uuid:team_id>/members")
class Members(MethodView):
    @writes("team:set_members", versioned=True)
    @blueprint.takes(TeamMembers)
    @blueprint.gives(200, TeamSchema)
    def put(self, told: dict[str, Any], team_id: UUID) -> Any:
        """Exactly these people belong to the team from now on."""
        check_version(queries.get_team(current_uow(), TeamId(team_id)), TeamSchema)
        settle(service.set_members(current_uow(), TeamId(team_id), members=told["members"]))
        return queries.get_team(current_uow(), TeamId(team_id))


@blueprint.resource("/shifts")
class Shifts(MethodView):
    @reads("shift:read")
    @blueprint.takes(DutyRangeQuery, location="query")
    @blueprint.gives(200, ShiftList)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Shifts, withdrawn ones included, that meet a range of time."""
        people = _asked(query["collector_id"])
        return {
            "items": queries.list_shifts(current_uow(), query["since"], query["until"], collectors=people)
        }

    @writes("shift:plan")
    @blueprint.takes(ShiftCreate)
    @blueprint.gives(201, ShiftSchema)
    def post(self, shift: dict[str, Any]) -> Any:
        """A collector works from here to there in time and place."""
        collector, rest = shift.pop("collector_id"), shift.pop("rest")
        queries.require_within(current_uow(), current_scope(), collector)
        told = (
            None if rest is None else Break(Interval(rest["window_from"], rest["window_to"]), rest["minutes"])
        )
        return settle(service.plan_shift(current_uow(), collector, rest=told, **shift)).row


@blueprint.resource("/shifts/<uuid:shift_id>/withdrawal")
class ShiftWithdrawal(MethodView):
    @writes("shift:withdraw")
    @blueprint.takes(DutyWithdrawal)
    @blueprint.gives(200, ShiftSchema)
    def post(self, told: dict[str, Any], shift_id: UUID) -> Any:
        """The shift no longer counts."""
        shift = queries.get_shift(current_uow(), ShiftId(shift_id))
        queries.require_within(current_uow(), current_scope(), shift.collector_id)
        settle(service.withdraw_shift(current_uow(), shift.id, **told))
        return shift


@blueprint.resource("/absences")
class Absences(MethodView):
    @reads("absence:read")
    @blueprint.takes(DutyRangeQuery, location="query")
    @blueprint.gives(200, AbsenceList)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Absences, withdrawn ones included, that meet a range of time."""
        people = _asked(query["collector_id"])
        return {
            "items": queries.list_absences(current_uow(), query["since"], query["until"], collectors=people)
        }

    @writes("absence:record")
    @blueprint.takes(AbsenceCreate)
    @blueprint.gives(201, AbsenceSchema)
    def post(self, absence: dict[str, Any]) -> Any:
        """A collector does not work in this time."""
        collector = absence.pop("collector_id")
        queries.require_within(current_uow(), current_scope(), collector)
        return settle(service.record_absence(current_uow(), collector, **absence)).row


@blueprint.resource("/absences/<uuid:absence_id>/withdrawal")
class AbsenceWithdrawal(MethodView):
    @writes("absence:withdraw")
    @blueprint.takes(DutyWithdrawal)
    @blueprint.gives(200, AbsenceSchema)
    def post(self, told: dict[str, Any], absence_id: UUID) -> Any:
        """The absence no longer counts."""
        absence = queries.get_absence(current_uow(), AbsenceId(absence_id))
        queries.require_within(current_uow(), current_scope(), absence.collector_id)
        settle(service.withdraw_absence(current_uow(), absence.id, **told))
        return absence


@blueprint.resource("/skills")
class Skills(MethodView):
    @reads("skill:read")
    @blueprint.takes(SkillQuery, location="query")
    @blueprint.gives(200, SkillList)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What collectors can do."""
        return {"items": queries.list_skills(current_uow(), collectors=_asked(query["collector_id"]))}

    @writes("skill:grant")
    @blueprint.takes(SkillCreate)
    @blueprint.gives(201, SkillSchema)
    def post(self, skill: dict[str, Any]) -> Any:
        """A collector can do this."""
        collector = skill.pop("collector_id")
        queries.require_within(current_uow(), current_scope(), collector)
        return settle(service.grant_skill(current_uow(), collector, **skill)).row


@blueprint.resource("/crews")
class Crews(MethodView):
    @reads("crew:read")
    @blueprint.takes(CrewDayQuery, location="query")
    @blueprint.gives(200, CrewOnDutyList)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Who goes out on a day, alone or together, with hours, places and skills."""
        people = queries.people_within(current_uow(), current_scope())
        crews = queries.crews_on_duty(current_uow(), query["day"])
        return {
            "items": [crew for crew in crews if people is None or people & {crew.lead_id, crew.partner_id}]
        }

    @writes("crew:form")
    @blueprint.takes(CrewCreate)
    @blueprint.gives(201, CrewSchema)
    def post(self, crew: dict[str, Any]) -> Any:
        """These one or two collectors go together on that day."""
        for person in filter(None, (crew["lead_id"], crew["partner_id"])):
            queries.require_within(current_uow(), current_scope(), person)
        return settle(service.form_crew(current_uow(), crew.pop("day"), **crew)).row


def _asked(collector_id: UserId | None) -> frozenset[UserId] | None:
    """Whom a list shows: the one asked for, or everybody within the caller's reach (None: no limit)."""
    if collector_id is None:
        return queries.people_within(current_uow(), current_scope())
    queries.require_within(current_uow(), current_scope(), collector_id)
    return frozenset({collector_id})
