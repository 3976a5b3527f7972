"""A case's story reads in two languages, says how it knows what it says, and that legal read it."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text

from field_visits.cases.models import Case
from field_visits.dossier.queries import StoryLine, read_timeline
from field_visits.dossier.timeline import Telling, TimelineEntry
from field_visits.dossier.wording import SENTENCES, Language, Sentence, word
from field_visits.evidence.codes import Code
from field_visits.evidence.log import entries_of_case
from field_visits.kernel.actor import Actor
from tests.cluster import Cluster
from tests.features.dossier.scene import PHOTO_SHA256, Scene
from tests.world import World


def read(world: World, case: Case, actor: Actor | None = None) -> list[StoryLine]:
    with world.work(actor or world.dispatcher) as uow:
        return read_timeline(uow, case)


def of(page: list[StoryLine], code: Code) -> TimelineEntry:
    (found,) = (line.entry for line in page if line.entry.code is code)
    return found


def test_every_code_has_a_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(Code)
    assert all(sentence.zh and sentence.en for sentence in SENTENCES.values())


@pytest.mark.parametrize("language", Language)
def test_no_blank_stays_in_a_sentence(language: Language) -> None:
    """«SHA-256 {sha256}» once reached a court's timeline: digits were no part of a blank's name."""
    for sentence in SENTENCES.values():
        assert "{" not in sentence.fill(language, lambda name: name)


def test_no_two_codes_are_told_alike() -> None:
    for language in Language:
        told = [sentence.fill(language, lambda _: None) for sentence in SENTENCES.values()]
        assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    ("said", "told"),
    [({"a": "1", "b": "2"}, "x 1, 2."), ({"a": "1"}, "x 1."), ({}, "x —.")],
)
def test_a_piece_is_left_out_where_its_blank_is_unknown(said: dict[str, str], told: str) -> None:
    assert Sentence("", "x {a}[, {b}].").fill(Language.EN, said.get) == told


def test_a_word_that_no_list_knows_is_shown_as_it_is() -> None:
    assert (word("self", Language.ZH), word("外星人", Language.ZH)) == ("本人", "外星人")


def test_the_day_is_told_with_rules_times_and_proofs(scene: Scene) -> None:
    case = scene.day()
    scene.number()

    page = read(scene.world, case)

    refused = of(page, Code.APPOINTMENT_BOOKING_REFUSED)
    assert refused.is_refusal
    assert refused.decision is not None
    reasons = {reason["rule_id"]: reason["source"] for reason in refused.decision["reasons"]}
    assert reasons["CN-HOUR-1"]
    assert refused.sentence_zh.startswith("拒绝：预约外访。原因：CN-HOUR-1: It would be 2026-11-")
    photo = of(page, Code.VISIT_PHOTOGRAPHED)
    assert [(one.sha256, one.state, one.kind) for one in photo.objects] == [
        (PHOTO_SHA256, "verified", "photo")
    ]
    outcome = of(page, Code.VISIT_OUTCOME_RECORDED)
    assert outcome.sentence_en.startswith("Outcome of the visit: Refuses to pay (REFUSE), met the customer")
    assert outcome.who.badge == "B-collector"
    booked = of(page, Code.APPOINTMENT_BOOKED)
    assert "2026-11-27 10:00:00 +08:00" in booked.sentence_zh
    assert [one.entry.index for one in page] == sorted(one.entry.index or 0 for one in page)


def test_what_waits_for_its_place_comes_last_and_says_so(scene: Scene) -> None:
    case = scene.world.case()
    scene.number()
    scene.request(case)

    page = read(scene.world, case)

    assert [one.entry.place == "waiting" for one in page] == [False, True]


def test_a_story_reads_the_same_page_by_page(scene: Scene) -> None:
    case = scene.day()
    scene.number()
    scene.request(case)
    whole = [one.entry.id for one in read(scene.world, case)]

    paged = []
    after = None
    with scene.world.work(scene.world.dispatcher) as uow:
        while page := read_timeline(uow, case, after=after, limit=3):
            paged += [one.entry.id for one in page]
            after = page[-1].position

    assert paged == whole


def test_reading_by_legal_is_an_entry_and_by_a_dispatcher_is_none(scene: Scene) -> None:
    case = scene.world.case()

    read(scene.world, case, scene.world.dispatcher)
    scene.number()
    read(scene.world, case, scene.world.legal)

    codes = [one.entry.code for one in read(scene.world, case)]
    assert codes == [Code.CASE_OPENED, Code.CASE_TIMELINE_VIEWED]


def test_names_are_shown_only_as_far_as_the_reader_may_see_people(scene: Scene) -> None:
    case = scene.day()

    of_dispatcher = of(read(scene.world, case, scene.world.dispatcher), Code.AGREEMENT_OFFERED)
    of_supervisor = [
        (one.entry.who.badge, one.entry.who.name)
        for one in read(scene.world, case, scene.world.supervisor)
        if one.entry.code in {Code.APPOINTMENT_BOOKED, Code.VISIT_ARRIVED}
    ]

    assert of_dispatcher.who.name == "Supervisor"
    assert of_supervisor == [("B-dispatcher", None), ("B-collector", "Collector")]


def test_an_erased_body_is_said_plainly(scene: Scene, cluster: Cluster, app_database_name: str) -> None:
    case = scene.world.case()
    scene.number()
    engine = create_engine(
        cluster.url("superuser", app_database_name).replace("postgresql://", "postgresql+psycopg://")
    )
    with engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(
            text("DELETE FROM entry_bodies WHERE entry_id IN (SELECT id FROM entries WHERE case_id = :c)"),
            {"c": case.id},
        )
    engine.dispose()

    (opened,) = (line.entry for line in read(scene.world, case))

    assert opened.is_erased
    assert (opened.sentence_zh, opened.sentence_en) == (
        "案件建立。 （内容已依法删除）",
        "The case was opened. (erased)",
    )


def test_a_telling_without_people_shows_ids_alone(scene: Scene) -> None:
    case = scene.world.case()
    scene.request(case)
    with scene.world.work() as uow:
        entries = entries_of_case(uow.session, case.id)

    told = [Telling(ZoneInfo("UTC")).tell(one).who.shown(Language.EN) for one in entries]

    assert told == ["the system · tests", str(scene.world.legal.user)[:8]]
