"""A dataset's values as one hash per column: what must not change unless a law does."""

import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 1000
MOST_ROWS = 30_000
SEED = 42
# Tables that are the same for every seed.
CALENDARS = ("dim_date", "dim_time", "dim_transaction_type", "account_types", "metrics", "locations", "dim_geography")


def size_of(program, dataset: dict, rows: int = ROWS, most: int = MOST_ROWS) -> dict:
    """What is recorded: a thousand rows of the main table; without one, a scale that leaves few rows in all."""
    if dataset["target_rows"] is not None:
        return {"target_rows": rows}
    tables = json.loads(program.run("describe", dataset["id"], "--json").stdout)["tables"]
    total, scale = sum(table["rows"] for table in tables), 1.0
    while total * scale > most:
        scale /= 10
    return {"scale_factor": float(f"{scale:.1g}")}


def generate(program, folder, dataset: dict, *words, seed: int = SEED, size: dict | None = None):
    """The output of a dataset at its recorded size, or at another one."""
    options = [word for key, value in (size or size_of(program, dataset)).items() for word in (f"--{key.replace('_', '-')}", value)]
    return program.generate(folder, "--seed", seed, *options, *words, rows=None, dataset=dataset["id"])


def canonical(value, kind: pa.DataType) -> str:
    if value is None:
        return "null"
    if pa.types.is_struct(kind):
        return "{" + ",".join(f"{field.name}:{canonical(value[field.name], field.type)}" for field in kind) + "}"
    if pa.types.is_list(kind):
        return "[" + ",".join(canonical(inner, kind.value_type) for inner in value) + "]"
    if pa.types.is_timestamp(kind):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if pa.types.is_boolean(kind):
        return "true" if value else "false"
    if pa.types.is_string(kind):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def of_column(column: pa.ChunkedArray) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for value in column.to_pylist():
        digest.update(canonical(value, column.type).encode() + b"\n")
    return digest.hexdigest()


def of_table(file) -> dict:
    rows = pq.read_table(file)
    return {"rows": rows.num_rows, "columns": {name: of_column(rows[name]) for name in rows.column_names}}


def of_dataset(output, tables) -> dict:
    return {table: of_table(output.file(table)) for table in tables}
