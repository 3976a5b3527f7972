import json
from pathlib import Path

from click.testing import CliRunner, Result

from api.cli.plan import command

EXAMPLE = Path(__file__).parents[3] / "docs/examples/plan-problem.json"


def plan(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=stdin)


def test_a_file_is_planned_and_the_plan_keeps_every_rule(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"

    solved = plan("solve", EXAMPLE, "--seconds", "0.3", "--seed", "1", "--out", out)
    judged = plan("check", EXAMPLE, out)

    assert (solved.exit_code, judged.exit_code) == (0, 0)
    assert solved.stdout == ""
    assert "2 visits planned, 1 left out" in solved.stderr
    assert "recombination: costs" in solved.stderr
    document = json.loads(out.read_text(encoding="utf-8"))
    assert [drop["reason"] for drop in document["dropped"]] == ["no-vehicle-has-the-skill"]


def test_standard_input_is_read_and_nothing_but_the_plan_is_printed() -> None:
    solved = plan("solve", "-", "--seconds", "0.2", "--quiet", stdin=EXAMPLE.read_text(encoding="utf-8"))

    assert solved.stderr == ""
    assert json.loads(solved.stdout)["form"] == "doorstep-plan-1"


def test_a_seed_and_iterations_give_the_same_plan_again() -> None:
    ask = ("solve", EXAMPLE, "--iterations", "20", "--seconds", "60", "--quiet")

    assert plan(*ask).stdout == plan(*ask).stdout


def test_a_mistake_in_the_file_is_answered_with_its_place(tmp_path: Path) -> None:
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["stops"][1]["place"] = "offce"
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(document), encoding="utf-8")

    refused = plan("solve", file)

    assert refused.exit_code == 1
    assert refused.stderr == (
        f"Error: {file} at /stops/1/place: no place has the id offce; add it to /places.\n"
    )


def test_what_is_no_json_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_bytes(b"\xff{")

    assert "is no JSON" in plan("solve", file).stderr


def test_a_plan_that_breaks_a_rule_is_judged_with_rule_size_and_sentence(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    plan("solve", EXAMPLE, "--seconds", "0.2", "--quiet", "--out", out)
    document = json.loads(out.read_text(encoding="utf-8"))
    document["routes"][0]["visits"][0]["travel_m"] += 7
    out.write_text(json.dumps(document), encoding="utf-8")

    judged = plan("check", EXAMPLE, out)

    assert judged.exit_code == 1
    assert judged.stdout.startswith("travel-differs-from-source\t7\tVehicle crew-1 needs ")
