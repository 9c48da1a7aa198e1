"""`vacuum` removes what no version needs, and nothing else."""

import json
import os
import pathlib
import shutil

import deltalake
import pytest
from lake import SERIES, TYPES, done, folder, rows, run, table, types

PLACES = pathlib.Path(__file__).with_name("partitions.yaml")
OLD = 10 * 24 * 3600


def age(root, seconds: int = OLD) -> None:
    """Make all files of an output older."""
    for path in pathlib.Path(root).rglob("*"):
        if path.is_file():
            facts = path.stat()
            os.utime(path, (facts.st_atime - seconds, facts.st_mtime - seconds))


def data(root) -> set[str]:
    return {str(path.relative_to(root)) for path in pathlib.Path(root, "Tables").rglob("*.parquet")
            if "_delta_log" not in path.parts}


def vacuum(root, *words) -> dict:
    return {one["table"]: one for one in json.loads(done("vacuum", root, "--json", *words))["tables"]}


@pytest.fixture
def replaced(tmp_path):
    """Two versions of the tables, the first of which is old."""
    output = tmp_path / "out"
    assert types(output, "--file-rows-target", 500).returncode == 0
    first = data(output)
    age(output)
    assert types(output, "--if-exists", "overwrite", "--seed", 7, "--file-rows-target", 500).returncode == 0
    return output, first


def test_versions_within_the_retention_stay(replaced):
    output, first = replaced
    assert all(one["removed"] == [] for one in vacuum(output).values())
    assert first < data(output)
    assert table(output, "types", "events", version=0).to_pyarrow_table().num_rows == 2000


def test_older_versions_go_and_the_latest_stays(replaced):
    output, first = replaced
    age(output)  # Now the replacement is old too.
    before = rows(table(output, "types", "events"), ["event_id"])
    said = vacuum(output, "--dry-run")
    assert set(sum((one["removed"] for one in said.values()), [])) == first and first < data(output)
    size = sum((output / path).stat().st_size for path in first)
    assert sum(one["bytes"] for one in said.values()) == size
    assert vacuum(output, "--tables", "kinds").keys() == {"types.kinds"}
    assert vacuum(output, "--tables", "types.events")["types.events"]["kept_files"] == 4
    assert not first & data(output) and len(data(output)) == 5
    assert rows(table(output, "types", "events"), ["event_id"]).equals(before)
    # What is gone can be made again, and is what it was.
    assert types(output, "--if-exists", "overwrite", "--file-rows-target", 500).returncode == 0
    assert first <= data(output) and table(output, "types", "events").version() == 2
    table(output, "types", "events").to_pyarrow_table()


def test_no_retention_leaves_the_latest_version_alone(replaced):
    output, first = replaced
    vacuum(output, "--retain-hours", "0")
    assert not first & data(output) and len(data(output)) == 5
    assert table(output, "types", "events").to_pyarrow_table().num_rows == 2000


def test_files_that_are_not_in_the_log_yet_stay_while_they_are_young(tmp_path):
    output = tmp_path / "out"
    assert types(output).returncode == 0
    stray = pathlib.Path(folder(output, "types", "events"), "stray.parquet")
    shutil.copy(next(path for path in stray.parent.glob("*.parquet")), stray)
    hidden = stray.parent / "_change_data" / "x.parquet"
    hidden.parent.mkdir()
    shutil.copy(stray, hidden)
    os.utime(stray)
    assert vacuum(output)["types.events"]["removed"] == []
    age(output)
    assert vacuum(output)["types.events"]["removed"] == ["Tables/types/events/stray.parquet"]
    assert hidden.exists() and not stray.exists()


def test_folders_of_partitions(tmp_path):
    output = tmp_path / "out"
    words = ("generate", "--custom-schema", PLACES, "-r", 2000, "--output", output, "--quiet")
    done(*words, "--partition-by", "place,level")
    age(output)
    done(*words, "--partition-by", "place", "--if-exists", "overwrite")
    assert len(vacuum(output, "--retain-hours", "0")["places.visits"]["removed"]) > 20
    root = pathlib.Path(folder(output, "places", "visits"))
    assert not list(root.glob("place=*/level=*")) and (root / "place=a%20b%2Fc").is_dir()
    assert rows(table(output, "places", "visits"), ["visit_id"]).num_rows == 2000
    assert vacuum(output, "--retain-hours", "0")["places.visits"]["removed"] == []


def test_tables_that_others_compacted(tmp_path):
    output = tmp_path / "out"
    done("generate-series", SERIES, "-s", "2024-01-01", "-e", "2024-01-12", "--batch-size", "1", "--tables", "orders",
         "--quiet", "--output", output, "-o", "table")
    delta = table(output, SERIES, "orders")
    before = rows(delta, ["order_id"])
    delta.optimize.compact()
    delta.create_checkpoint()
    assert len(vacuum(output, "--retain-hours", "0")[f"{SERIES}.orders"]["removed"]) == 12
    assert rows(deltalake.DeltaTable(folder(output, SERIES, "orders")), ["order_id"]).equals(before)


@pytest.mark.parametrize("words,reason", [
    (("nowhere",), "no such directory: nowhere"),
    ((".", "--tables", "evnts"), "there is no such table: evnts"),
    ((".", "--retain-hours", "-1"), "retain-hours"),
])
def test_what_cannot_be_vacuumed(tmp_path, monkeypatch, words, reason):
    monkeypatch.chdir(tmp_path)
    assert types(tmp_path).returncode == 0
    refused = run("vacuum", *words)
    assert refused.returncode == 2 and reason in refused.stderr, refused.stderr
    assert TYPES.exists() and table(tmp_path, "types", "events").to_pyarrow_table().num_rows == 2000
