"""One real visit, from an address file to a verified bundle, over HTTP by three people."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from api.walkthrough.outcome import WalkthroughResult
from api.walkthrough.story import walk_through

BALTIMORE = Path(__file__).parents[1] / "data" / "addresses_baltimore.csv"
STEPS = [
    "A house of its own opens",
    "The dispatcher imports the creditor's file",
    "Slots are offered for every case",
    "A booking for the late evening is refused by law",
    "The dispatcher books lawful windows",
    "The customers are told",
    "The day is planned and published",
    "The collectors load their day",
    "The collector sets out, arrives and photographs",
    "A plan that the customer can afford is agreed and signed",
    "The collector tells what came of it",
    "The dispatcher sees it",
    "Legal finds the case, reads its story, exports the bundle",
    "The bundle's own verifier, in a process with nothing installed",
    "One byte is flipped",
]


def assert_one_visit_reached_the_court(result: WalkthroughResult) -> None:
    assert [step.title for step in result.steps] == STEPS
    assert (result.placement, result.photo_state) == ("inside", "verified")
    assert (result.agreement_state, result.is_contact_stopped) == ("running", True)
    assert result.visit_state_seen_by_dispatcher == "finished"
    assert result.booked == result.noticed == result.planned + len(result.dropped)
    assert result.is_bundle_whole
    assert "WHOLE: everything shown is as it was logged and signed." in result.whole_verdict
    assert result.whole_verdict.count("given by you") == 2  # the log's key and the one that seals bundles
    assert result.is_flip_found
    flipped = result.flipped_part.partition("/")[2]
    assert f"[ALTERED] {flipped}: " in result.flip_verdict
    assert "body or salt is not the one logged." in result.flip_verdict


def test_one_day_in_shanghai_ends_in_a_bundle_that_checks_itself() -> None:
    told: list[str] = []

    result = walk_through(say=lambda line: told.append(str(line)))

    assert_one_visit_reached_the_court(result)
    assert (result.packs, result.rows, result.imported, result.offered) == (["cn"], 14, 14, 14)
    assert (result.refusal_rule, result.next_lawful_at) == ("CN-HOUR-1", "2026-11-26T00:00:00Z")
    assert "中国银行业协会" in result.refusal_source
    assert (result.planned, result.dropped) == (10, {})
    assert [line[4:] for line in told if re.match(r"[ \d]\d\. ", line)] == STEPS


@pytest.mark.slow
def test_every_address_of_baltimore_is_imported_and_one_is_carried_to_the_bundle() -> None:
    result = walk_through(BALTIMORE.read_bytes(), say=lambda _: None)

    assert_one_visit_reached_the_court(result)
    assert result.packs == ["us"]
    assert (result.rows, result.imported) == (1_282, 1_282)
    assert (result.offered, result.not_offered) == (1_282, [])
    assert result.refusal_rule == "US-HOUR-1"
    assert result.planned >= 30
    assert all("no room left" in why for why in result.dropped.values())


def test_an_address_file_without_its_columns_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "addresses.csv"
    file.write_text("id,street,lat\n1,North Broadway,39.3\n")

    told = CliRunner().invoke(main, ["walkthrough", "--addresses", str(file)])

    assert told.exit_code == 1
    assert "housenumber" in told.output
    assert "lon" in told.output
