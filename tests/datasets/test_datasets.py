"""Every dataset: valid, the same as recorded, and the same however it is made."""

import hashlib
import json
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import fingerprint  # noqa: E402
from lakeseed_program import built_in  # noqa: E402

DATASETS = built_in()


def data_files(output) -> dict[str, str]:
    root = output.folder / "Files"
    found = {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest()
             for p in sorted(root.rglob("*")) if p.is_file()}
    assert found
    return found


@pytest.fixture(scope="module")
def generated(program, tmp_path_factory):
    made = {}

    def once(dataset):
        if dataset not in made:
            made[dataset] = fingerprint.generate(program, tmp_path_factory.mktemp(dataset), DATASETS[dataset])
        return made[dataset]
    return once


def test_there_are_datasets():
    assert "retail_oltp_small" in DATASETS


@pytest.mark.parametrize("dataset", DATASETS)
def test_validates(program, generated, dataset):
    done = program.run("validate", generated(dataset).folder, "--dataset-id", dataset, "--json")
    assert done.returncode == 0, done.stdout + done.stderr


SIZES = {"small", "large", "dev", "staging", "prod", "m5", "m15", "h1", "d1"}


def without_sizes(dataset: str) -> str:
    return "_".join(word for word in dataset.split("_") if word not in SIZES)


# Of those that differ by their size, the one with the most tables.
LARGEST = {without_sizes(name): name for name in sorted(DATASETS, key=lambda name: len(DATASETS[name]["tables"]))}


@pytest.mark.parametrize("dataset", LARGEST.values())
def test_validates_at_two_hundred_thousand_rows(program, dataset, tmp_path):
    size = fingerprint.size_of(program, DATASETS[dataset], rows=200_000, most=600_000)
    fingerprint.generate(program, tmp_path, DATASETS[dataset], "--validate", size=size)


@pytest.mark.parametrize("dataset", DATASETS)
def test_golden(program, generated, dataset):
    file = program.golden / f"{dataset}.json"
    assert file.exists(), "not recorded: run tests/datasets/record_golden.py"
    golden = json.loads(file.read_text())
    recorded = {key: value for key, value in golden.items() if key != "tables"}
    assert recorded == fingerprint.size_of(program, DATASETS[dataset]) | {"seed": fingerprint.SEED}
    found = fingerprint.of_dataset(generated(dataset), DATASETS[dataset]["tables"])
    assert set(found) == set(golden["tables"])
    for table, expected in golden["tables"].items():
        assert found[table]["rows"] == expected["rows"], table
        assert list(found[table]["columns"]) == list(expected["columns"]), table
        changed = [c for c, digest in expected["columns"].items() if found[table]["columns"][c] != digest]
        assert changed == [], table


@pytest.mark.parametrize("dataset", DATASETS)
def test_two_runs_are_identical(program, generated, dataset, tmp_path):
    again = fingerprint.generate(program, tmp_path, DATASETS[dataset])
    assert data_files(again) == data_files(generated(dataset))
    assert again.manifest.read_bytes() == generated(dataset).manifest.read_bytes()


@pytest.mark.parametrize("dataset", DATASETS)
def test_another_seed_differs(program, generated, dataset, tmp_path):
    other = fingerprint.generate(program, tmp_path, DATASETS[dataset], seed=43)
    here, there = data_files(generated(dataset)), data_files(other)
    assert here.keys() == there.keys()
    same = [pathlib.Path(name).name for name in here if here[name] == there[name]]
    assert [name for name in same if not name.startswith(fingerprint.CALENDARS)] == []


@pytest.mark.parametrize("words, env", [
    (("--chunk-size", 77), {}), (("--chunk-size", 5000), {}), (("--parallel-workers", 1), {}),
    (("--parallel-workers", 7, "--chunk-size", 333), {}), ((), {"TZ": "Pacific/Auckland"}),
    ((), {"LANG": "de_DE.UTF-8", "LC_ALL": "tr_TR.UTF-8"})])
@pytest.mark.parametrize("mode", ["parquet", "csv"])
def test_how_it_is_made_changes_no_byte(program, words, env, mode, tmp_path):
    plain = program.generate(tmp_path / "plain", rows=2000, mode=mode)
    other = program.generate(tmp_path / "other", *words, rows=2000, mode=mode, env=env)
    assert data_files(other) == data_files(plain)
