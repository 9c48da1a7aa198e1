"""Runs that write Delta tables, and other programs that read them."""

import datetime
import decimal
import json
import pathlib
import subprocess
import sys

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lakeseed_program import PROGRAM, Program  # noqa: E402

TYPES = pathlib.Path(__file__).with_name("types.yaml")
SERIES = "retail_oltp_small_incremental"
environment = Program.environment


def run(*words, env=None) -> subprocess.CompletedProcess:
    return subprocess.run([str(PROGRAM), *map(str, words)], text=True, capture_output=True, timeout=300,
                          stdin=subprocess.DEVNULL, env=environment(**(env or {})))


def done(*words, env=None) -> str:
    ended = run(*words, env=env)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def types(output, *words, env=None, rows=2000) -> subprocess.CompletedProcess:
    return run("generate", "--custom-schema", TYPES, "-r", rows, "--output", output, "--quiet", *words, env=env)


def folder(output, dataset: str, table: str) -> str:
    return f"{output}/Tables/{dataset}/{table}"


def table(output, dataset: str, name: str, version=None, options=None) -> deltalake.DeltaTable:
    """`options`: of the object store that it is in."""
    return deltalake.DeltaTable(folder(output, dataset, name), version=version, storage_options=options)


def rows(delta: deltalake.DeltaTable, keys) -> pa.Table:
    """All rows in the order of their keys, without hints about nulls."""
    return plain(delta.to_pyarrow_table(), keys)


def plain(read: pa.Table, keys) -> pa.Table:
    read = read.cast(pa.schema([field.with_nullable(True).remove_metadata() for field in read.schema]))
    return read.replace_schema_metadata(None).combine_chunks().sort_by([(key, "ascending") for key in keys])


def parquet(output, dataset: str, name: str, keys) -> pa.Table:
    """The same table of a run that wrote plain files."""
    files = sorted(pathlib.Path(output, "Files", "synthetic_data", dataset).rglob(f"*{name}.parquet"))
    files += sorted(pathlib.Path(output, "Files", "synthetic_data", dataset).rglob(f"{name}/*.parquet"))
    assert files
    # Not read_table: it takes names of folders for partitions.
    return plain(pa.concat_tables([pq.ParquetFile(file).read() for file in files]), keys)


def commits(output, dataset: str, name: str) -> list[list[dict]]:
    log = pathlib.Path(folder(output, dataset, name), "_delta_log")
    return [[json.loads(line) for line in file.read_text().splitlines()] for file in sorted(log.glob("*.json"))]


def actions(output, dataset: str, name: str, kind: str) -> list[dict]:
    return [line[kind] for commit in commits(output, dataset, name) for line in commit if kind in line]


def overwritten(folder, form: str, before: str, after: str):
    """A lake whose table `shop.items` has 50 rows with other columns now than it had first."""
    schema = folder / "shop.yaml"
    words = ("generate", "--custom-schema", schema, "--output", folder / "lake", "--table-format", form, "--quiet")
    for columns, if_exists in ((before, "error"), (after, "overwrite")):
        schema.write_text(f"dataset: shop\nwindow: {{from: 2024-01-01, to: 2024-01-31}}\ntables:\n  items:\n    rows: 50\n"
                          f"    columns: {{item_id: {{key: {{}}}}, {columns}}}\n")
        done(*words, "--if-exists", if_exists)
    refused = run(*words)
    assert refused.returncode == 2 and "exists" in refused.stderr, refused.stderr
    return folder / "lake"


def literal(value, kind: pa.DataType) -> str:
    """A value as SQL has it."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime.datetime):
        return f"TIMESTAMP '{value.astimezone(datetime.timezone.utc).strftime('%Y-%m-%d %H:%M:%S.%f')}'"
    if isinstance(value, datetime.date):
        return f"DATE '{value}'"
    if isinstance(value, decimal.Decimal):
        return f"CAST('{value}' AS DECIMAL({kind.precision},{kind.scale}))"
    return f"CAST('{value!r}' AS DOUBLE)" if isinstance(value, float) else str(value)
