"""Tables without rows: every format has a file, readers see the columns, and validation agrees."""

import json

import duckdb
import polars
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from lakeseed_program import tables_of

DATASET = """
dataset: empties
window: {from: 2024-01-01, to: 2024-01-31}
main: events
target_rows: 3
parameters: {things: 0}
tables:
  things:
    rows: things
    columns:
      thing_id: {key: {}}
      label: {choice: {a: 1, b: 2}}
      price: {uniform: [1.00, 9.00], type: "decimal(8,2)"}
      seen: {timestamp: {from: 2024-01-01, to: 2024-01-02}}
  events:
    events: {per_day: main}
    columns: {event_id: {key: {}}, at: $time}
  notes:
    per: {parent: events, count: {choice: {0: 1}}}
    columns: {note_id: {key: {}}, event_id: parent.event_id, body: {text: {of: notes}}}
"""
COLUMNS = ["thing_id", "label", "price", "seen"]


@pytest.fixture(params=["parquet", "csv", "json", "arrow"])
def made(request, program, tmp_path):
    (tmp_path / "empties.yaml").write_text(DATASET)
    done = program.run("generate", "--custom-schema", tmp_path / "empties.yaml", "--output", tmp_path / "out",
                       "--output-mode", request.param, "--quiet", "--validate", "--json")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return request.param, tmp_path / "out"


def test_every_format_reads_without_rows(made):
    mode, out = made
    file = out / "Files" / "synthetic_data" / "empties" / f"things.{mode}"
    if mode == "parquet":
        schema = pq.read_table(file).schema
        assert schema.names == COLUMNS
        assert schema.field("price").type == pa.decimal128(8, 2)
        assert schema.field("seen").type == pa.timestamp("us", tz="UTC")
        assert duckdb.sql(f"select count(*) from read_parquet('{file}')").fetchall() == [(0,)]
        assert polars.read_parquet(file).columns == COLUMNS
    elif mode == "arrow":
        with pa.ipc.open_file(file) as reader:
            table = reader.read_all()
        assert (table.num_rows, table.column_names) == (0, COLUMNS)
    elif mode == "csv":
        assert file.read_text() == ",".join(COLUMNS) + "\n"
    else:
        assert file.read_bytes() == b""


def test_manifest_counts_nothing(made):
    tables = tables_of(json.loads((made[1] / "_lakeseed" / "manifest.json").read_text()))
    assert {name: table["num_rows"] for name, table in tables.items()} == {"things": 0, "events": 3, "notes": 0}
    for column in tables["things"]["files"][0]["columns"]:
        assert column["null_count"] == 0 and column.get("min") is None and column.get("max") is None
