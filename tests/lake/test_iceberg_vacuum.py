"""`vacuum` of Iceberg tables: old snapshots expire, and what none of the others needs goes."""

import os
import pathlib
import shutil

import pytest
from lake import folder, run, types
from pyiceberg.catalog.rest import RestCatalog
from test_file_catalog import newest
from test_iceberg import load, rows
from test_vacuum import age, vacuum

CATALOGS = {"sqlite": (), "hadoop": ("--catalog", "hadoop")}


@pytest.fixture(params=["sqlite", "hadoop", "rest"])
def lake(request, tmp_path, behind):
    """Three snapshots of the tables, the first two of which are old; with the words of their catalog, and a reader."""
    output = tmp_path / "out"
    words = CATALOGS.get(request.param, ("--catalog", behind))
    for seed in (1, 2, 3):
        if seed == 3:
            age(output)
        ended = types(output, "--table-format", "iceberg", *words, "--seed", seed, "--if-exists", "overwrite",
                      "--file-rows-target", 500)
        assert ended.returncode == 0, ended.stderr
    catalog = RestCatalog("rest", uri=behind)
    reader = {"sqlite": lambda name: load(output, "types", name), "hadoop": lambda name: newest(output, "types", name),
              "rest": lambda name: catalog.load_table(("types", name))}[request.param]
    yield output, words, reader
    if request.param == "rest":
        for name in ("events", "kinds"):
            catalog.drop_table(("types", name))


def files(output) -> set[str]:
    return {str(path.relative_to(output)) for path in pathlib.Path(output, "Tables").rglob("*") if path.is_file()}


def test_snapshots_expire_with_their_files(lake):
    output, words, reader = lake
    everything = rows(reader("events"), ["event_id"])
    first, second, third = reader("events").snapshots()
    before = files(output)
    said = vacuum(output, "--dry-run", *words)
    assert said.keys() == {"types.events", "types.kinds"} and files(output) == before
    done = vacuum(output, *words)
    # The second was the latest until a moment ago.
    assert reader("events").snapshots() == [second, third]
    gone = before - files(output)
    assert gone == set(sum((one["removed"] for one in done.values()), []))
    assert sum(path.endswith(".parquet") for path in gone) == 5 and any("snap-" in path for path in gone)
    assert {name: one["removed"] for name, one in said.items()} == {name: one["removed"] for name, one in done.items()}
    assert rows(reader("events"), ["event_id"]).equals(everything)
    assert reader("events").scan(snapshot_id=second.snapshot_id).to_arrow().num_rows == 2000
    assert [entry.snapshot_id for entry in reader("events").metadata.snapshot_log] == [second.snapshot_id, third.snapshot_id]
    assert all(one["removed"] == [] for one in vacuum(output, *words).values())
    # Writers go on after it.
    ended = types(output, "--table-format", "iceberg", *words, "--seed", 4, "--if-exists", "overwrite")
    assert ended.returncode == 0, ended.stderr
    assert len(reader("events").snapshots()) == 3 and reader("events").scan().to_arrow().num_rows == 2000
    vacuum(output, "--retain-hours", 0, *words)
    assert len(reader("events").snapshots()) == 1 and reader("events").scan().to_arrow().num_rows == 2000
    assert len(list(pathlib.Path(folder(output, "types", "events")).glob("*.parquet"))) == 1


def test_what_others_name_or_are_about_to_stays(tmp_path):
    output = tmp_path / "out"
    for seed in (1, 2):
        assert types(output, "--table-format", "iceberg", "--seed", seed, "--if-exists", "overwrite").returncode == 0
    table = load(output, "types", "events")
    first, second = table.snapshots()
    table.manage_snapshots().create_tag(first.snapshot_id, "first").commit()
    stray = pathlib.Path(folder(output, "types", "events"), "stray.parquet")
    shutil.copy(next(stray.parent.glob("*.parquet")), stray)
    age(output)
    os.utime(stray)
    done = vacuum(output)
    assert "Tables/types/kinds" in done["types.kinds"]["removed"][0] and done["types.events"]["removed"] == []
    table = load(output, "types", "events")
    assert [one.snapshot_id for one in table.snapshots()] == [first.snapshot_id, second.snapshot_id]
    assert table.scan(snapshot_id=first.snapshot_id).to_arrow().num_rows == 2000
    age(output)
    assert vacuum(output, "--tables", "events")["types.events"]["removed"] == ["Tables/types/events/stray.parquet"]


def test_tables_of_another_catalog_are_left_alone(tmp_path):
    output = tmp_path / "out"
    words = ("--table-format", "iceberg", "--catalog", f"sqlite:///{tmp_path}/other.sqlite")
    for seed in (1, 2):
        assert types(output, *words, "--seed", seed, "--if-exists", "overwrite").returncode == 0
    age(output)
    before = files(output)
    assert vacuum(output) == {} and files(output) == before
    refused = run("vacuum", output, "--tables", "events")
    assert refused.returncode == 2 and "need its --catalog" in refused.stderr, refused.stderr
    assert len(vacuum(output, "--catalog", f"sqlite:///{tmp_path}/other.sqlite")) == 2
    assert before - files(output)
