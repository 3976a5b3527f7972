"""`doorstep import`, on the tests' database by DATABASE_URL."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.server.secrets import Secrets
from field_visits.cases import queries
from tests.cluster import Cluster
from tests.world import World

GOOD = (
    "reference,name,street,city,country,lat,lon,crs,creditor,currency,principal,shoe size\n"
    "K1,王小明,南京西路,上海,CN,31.2304,121.4737,wgs84,示例银行,CNY,100.50,44\n"
)


@pytest.fixture
def environment(cluster: Cluster, app_database_name: str, tmp_path: Path) -> dict[str, str]:
    Secrets.open(tmp_path / "secrets").create_missing()
    return {"DATA_DIR": str(tmp_path), "DATABASE_URL": cluster.url("app", app_database_name)}


def run(environment: dict[str, str], organisation: str, text: str, *options: str) -> Result:
    file = Path(environment["DATA_DIR"]) / "cases.csv"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(
        main, ["import", str(file), "--organisation", organisation, *options], env=environment
    )


def references(world: World) -> list[str]:
    with world.work() as uow:
        return [line.case.reference for line in queries.list_lines(uow)]


def test_a_file_is_looked_at_and_then_taken_in(environment: dict[str, str], world: World) -> None:
    dry = run(environment, world.slug, GOOD, "--dry-run")
    assert (dry.exit_code, references(world)) == (0, []), dry.output
    assert "Would change: 1 new, 0 updated, 0 unchanged of 1 rows." in dry.output
    assert "Ignored columns: shoe size." in dry.output

    done = run(environment, world.slug, GOOD)

    assert (done.exit_code, references(world)) == (0, ["K1"]), done.output
    assert "Receipt: " in done.output


def test_a_file_with_errors_names_row_and_column_and_changes_nothing(
    environment: dict[str, str], world: World
) -> None:
    bad = run(environment, world.slug, GOOD.replace("100.50", "much"))
    assert (bad.exit_code, references(world)) == (1, [])
    assert "row 2, principal: This is no amount." in bad.output
    assert "1 errors; nothing was applied." in bad.output


def test_an_unknown_organisation_is_told(environment: dict[str, str]) -> None:
    answer = run(environment, "nobody", GOOD)
    assert (answer.exit_code, "no organisation 'nobody'" in answer.output) == (1, True)


def test_columns_kind_and_source_can_be_told(environment: dict[str, str], world: World) -> None:
    text = GOOD.replace("reference", "Vertrag")
    unknown = run(environment, world.slug, text, "--kind", "cases")
    assert "the file" not in unknown.output
    assert "reference: The column reference is missing" in unknown.output
    told = run(
        environment,
        world.slug,
        text,
        "--map",
        "Vertrag=reference",
        "--map",
        "shoe size=",
        "--source",
        "Bank A",
    )
    assert (told.exit_code, references(world)) == (0, ["K1"]), told.output
    again = run(environment, world.slug, text, "--source", "Bank A", "--dry-run")
    assert "0 new, 0 updated, 1 unchanged" in again.output
    assert run(environment, world.slug, GOOD, "--map", "nonsense").exit_code == 2


def test_an_import_is_undone_by_its_id(environment: dict[str, str], world: World) -> None:
    done = run(environment, world.slug, GOOD)
    import_id = done.output.partition("Import: ")[2].split()[0]
    options = ["import", "--organisation", world.slug, "--undo", import_id]

    undone = CliRunner().invoke(main, options, env=environment)

    assert (undone.exit_code, "Undone: 3 rows" in undone.output) == (0, True), undone.output
    with world.work() as uow:
        assert [line.case.state for line in queries.list_lines(uow)] == ["withdrawn"]
    again = CliRunner().invoke(main, options, env=environment)
    assert (again.exit_code, "«undo»" in again.output) == (1, True)
    assert CliRunner().invoke(main, options[:3], env=environment).exit_code == 2
