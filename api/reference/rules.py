"""The page of rules: every rule of the newest release of each pack, where it is asked, and the test that covers it."""

from collections.abc import Mapping
from types import MappingProxyType

from field_visits.compliance.facts import Action
from field_visits.compliance.packs import Pack, load_packs
from field_visits.compliance.rules import Rule

# The test that must have a case of its own for each rule.
COVERED_BY = "tests/unit/field_visits/compliance/test_every_rule.py"
# Where each action is asked or witnessed. An action that nothing asks enforces no rule.
ASKED: Mapping[Action, str] = MappingProxyType(
    {
        Action.BOOK: "booking",
        Action.RESCHEDULE: "moving, by us or by the customer",
        Action.NOTIFY: "sending a text",
        Action.PLAN: "planning a visit",
        Action.PUBLISH: "publishing a day",
        Action.DEPART: "setting out",
        Action.CONTACT: "recording a call or a letter (breach)",
        Action.APPROACH: "asking before somebody else is contacted",
        Action.SERVE_NOTICE: "serving a notice (breach), preparing one",
        Action.OFFER: "offering a plan",
        Action.SIGN: "signing a plan",
        Action.ARRIVE: "arrival (breach)",
        Action.OUTCOME: "outcome (breach)",
    }
)
# What no machine can see: the collector is shown it, and people answer for it.
CONDUCT: Mapping[str, str] = MappingProxyType(
    {
        "CN-3P-1, CN-3P-2": "At the door nobody but customer and guarantor hears of the debt: the phone says whether it may be named.",
        "CN-3P-4": "Every number and address has a lawful origin.",
        "CN-ENTRY-1, US-MA-1, UK-VISIT-2": "Enter only when invited; stay outside, leave when asked.",
        "CN-POST-1": "Nothing is posted in public.",
        "CN-CHAN-1": "No private phones, no private messengers.",
        "CN-ID-1, UK-ID-1, UK-LIE-1": "Say whom you come from; be nobody else: badge and code of the minute.",
        "CN-FEE-1, UK-PLAN-1": "No extra fees, no pressure to borrow, no pressure for lump sums.",
        "CN-REC-1": "Recording is announced.",
        "CN-KPI-1": "Collectors are compared by conduct, never by cash: `GET /v1/conduct` knows no money.",
        "US-3P-1, US-MA-3": "At the door a third person is asked for nothing but where the customer lives, and told nothing.",
        "UK-CARD-1": "A card left behind suggests no missed delivery.",
        "IN-AGENT-1, IN-LOG-1, IN-MFI-1": "Draft of the RBI: watched, not judged, until its final text is out.",
    }
)

_HEAD = """\
# Rules

Made from the rule packs by `make reference`; a difference fails the build, and so does a rule that nothing asks or
that has no case in `{covered}`.

A *refuse* stops what is intended and is kept as a refusal; what was witnessed at a door is never refused, but kept as
a breach and alarmed. A *warn* is shown. Confidence is how firmly the source was read, from H to L; of what is not *law*
the figure is a setting with a default. Nothing here is legal advice. Released files are frozen: a change is a new
release with a new hash, and a decision names the hashes it was made by.
"""


def newest(packs: tuple[Pack, ...]) -> list[Pack]:
    """The newest release of each pack, by id."""
    found: dict[str, Pack] = {}
    for pack in sorted(packs, key=lambda one: (one.id, one.effective)):
        found[pack.id] = pack
    return [found[name] for name in sorted(found)]


def page() -> str:
    """The whole page in Markdown."""
    lines = [_HEAD.format(covered=COVERED_BY)]
    for pack in newest(load_packs()):
        lines += _section(pack)
    lines += ["## What people answer for", "", "| rules | what is shown |", "|---|---|"]
    lines += [f"| {rules} | {shown} |" for rules, shown in CONDUCT.items()]
    return "\n".join(lines) + "\n"


def _section(pack: Pack) -> list[str]:
    zh = "" if pack.title_zh is None else f" · {pack.title_zh}"
    return [
        f"## {pack.title}{zh}",
        "",
        f"`{pack.id}` {pack.version}, in force from {pack.effective}, SHA-256 `{pack.hash}`",
        "",
        "| rule | subject | figure | verdict | source | confidence | basis | asked at | covered by |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(rule) for rule in pack.rules),
        "",
    ]


def _row(rule: Rule) -> str:
    subject = rule.subject if rule.subject_zh is None else f"{rule.subject} · {rule.subject_zh}"
    lifted = "" if rule.lifted_by is None else f"; lifted by consent ({rule.lifted_by.value})"
    basis = rule.basis + (", fixed" if rule.fixed else ", floor" if rule.floor else "")
    asked = "; ".join(words for action, words in ASKED.items() if action in rule.actions)
    cells = (
        rule.id,
        subject,
        f"{rule.measure}{lifted}",
        rule.verdict.value,
        rule.source,
        rule.confidence,
        basis,
        asked,
        f"[{rule.id}](../{COVERED_BY})",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
