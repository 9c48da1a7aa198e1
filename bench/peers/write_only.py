"""Only the writing of tables that are in memory: prints wall and CPU seconds of the writer.

    python write_only.py WRITER FOLDER OUTPUT      WRITER: pyarrow, pyarrow-best, polars

pyarrow       `pyarrow.parquet.write_table` as it comes
pyarrow-best  dictionaries for texts alone, delta encodings for whole numbers, times and decimals, snappy
polars        `DataFrame.write_parquet` as it comes, on one thread
"""

import json
import os
import pathlib
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"

import pyarrow as pa
import pyarrow.parquet as pq


def best(table: pa.Table) -> dict:
    def is_text(kind):
        return pa.types.is_string(kind) or pa.types.is_large_string(kind)

    def is_whole(kind):
        return (pa.types.is_integer(kind) or pa.types.is_timestamp(kind) or pa.types.is_date32(kind)
                or pa.types.is_decimal(kind))
    return {"use_dictionary": [f.name for f in table.schema if is_text(f.type)], "store_decimal_as_integer": True,
            "column_encoding": {f.name: "DELTA_BINARY_PACKED" for f in table.schema if is_whole(f.type)}}


if __name__ == "__main__":
    writer, folder, output = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    tables = {}
    for path in sorted(folder.iterdir()):
        tables[path.stem] = pq.read_table(path).combine_chunks()
    if writer == "polars":
        import polars as pl
        tables = {name: pl.from_arrow(table) for name, table in tables.items()}
    wall, cpu = time.perf_counter(), time.process_time()
    for name, table in tables.items():
        if writer == "polars":
            table.write_parquet(output / f"{name}.parquet")
        else:
            pq.write_table(table, output / f"{name}.parquet", **(best(table) if writer == "pyarrow-best" else {}))
    print(json.dumps({"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}))
