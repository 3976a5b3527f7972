"""Who works in the demo organisation. Names are invented; passwords are secrets of the installation."""

from dataclasses import dataclass
from typing import Final

from field_visits.kernel.actor import Role

# Nobody's: no number in China begins like this.
PUBLIC_PHONE: Final = "000-0000-0000"
SLUG: Final = "demo"
NAME: Final = "门阶示例客户服务（上海）"
TIMEZONE: Final = "Asia/Shanghai"
PUXI_TEAM: Final = "浦西"
PUDONG_TEAM: Final = "浦东"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in. `team` is None for the office; a supervisor's covers both."""

    username: str
    name: str
    badge: str
    role: Role
    teams: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()

    @property
    def secret(self) -> str:
        """The name of the readable secret that is the password."""
        return f"demo-{self.username}"


PEOPLE: Final = (
    Person("admin", "顾安然", "MJ-001", Role.ADMIN),
    Person("dispatcher-1", "林若溪", "MJ-011", Role.DISPATCHER),
    Person("dispatcher-2", "沈一鸣", "MJ-012", Role.DISPATCHER),
    Person("legal-1", "方正言", "MJ-021", Role.LEGAL),
    Person("legal-2", "苏静仪", "MJ-022", Role.LEGAL),
    Person("supervisor", "程守信", "MJ-031", Role.SUPERVISOR, (PUXI_TEAM, PUDONG_TEAM)),
    Person("collector-1", "陆晨光", "MJ-101", Role.COLLECTOR, (PUXI_TEAM,), ("mediation", "shanghainese")),
    Person("collector-2", "叶知秋", "MJ-102", Role.COLLECTOR, (PUXI_TEAM,), ("shanghainese",)),
    Person("collector-3", "高远航", "MJ-103", Role.COLLECTOR, (PUXI_TEAM,), ("mediation",)),
    Person("collector-4", "唐雨桐", "MJ-104", Role.COLLECTOR, (PUDONG_TEAM,), ("mediation", "english")),
    Person("collector-5", "彭立新", "MJ-105", Role.COLLECTOR, (PUDONG_TEAM,), ("shanghainese",)),
    Person("collector-6", "蒋心远", "MJ-106", Role.COLLECTOR, (PUDONG_TEAM,), ("mediation",)),
)
SECRETS: Final = tuple(person.secret for person in PEOPLE)
# Whom to sign in as first, for each view of the house.
FACES: Final = ("dispatcher-1", "collector-1", "legal-1", "supervisor", "admin")


def collectors(team: str) -> tuple[str, ...]:
    """The user names of a team's collectors."""
    return tuple(one.username for one in PEOPLE if one.role is Role.COLLECTOR and team in one.teams)
