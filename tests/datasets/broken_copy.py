"""A copy of a sound output in which cells are changed, so that named rules can be seen to find it."""

import json
import pathlib
import shutil
import sys

import pyarrow as pa
import pyarrow.parquet as pq

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "validate")]

from lakeseed_program import Output, tables_of  # noqa: E402
from manifest_edit import restate  # noqa: E402


class Copy:
    """One table is changed, and the manifest agrees."""

    def __init__(self, output, folder):
        shutil.copytree(output.folder, folder)
        self.output = Output(folder, output.dataset, output.suffix)
        self.manifest = json.loads(self.output.manifest.read_text())

    def rows(self, table):
        return pq.read_table(self.output.file(table))

    def write(self, table, rows):
        path = self.output.file(table)
        pq.write_table(rows, path, store_schema=False)
        whole = tables_of(self.manifest)[table]
        file, = whole["files"]
        file["size_bytes"] = whole["size_bytes"] = path.stat().st_size
        for column in file["columns"]:
            restate(column, rows[column["name"]])
        self.output.manifest.write_text(json.dumps(self.manifest, indent=1))

    def change(self, table, where, **values):
        """Set cells of the first row for which `where` holds; a function makes the cell from the row."""
        rows = self.rows(table)
        listed = rows.to_pylist()
        number = next(i for i, row in enumerate(listed) if where(row))
        for column, value in values.items():
            cells = rows[column].to_pylist()
            cells[number] = value(listed[number]) if callable(value) else value
            field = rows.schema.field(column)
            rows = rows.set_column(rows.schema.get_field_index(column), field, pa.array(cells, field.type))
        self.write(table, rows)

    def broken(self, program):
        """The named rules, references and versions that break."""
        done = program.run("validate", self.output.folder, "--dataset-id", self.output.dataset, "--no-recompute", "--json")
        assert done.returncode == 4, done.stdout + done.stderr
        return {(check["table"], check["rule"]) for check in json.loads(done.stdout)["checks"]
                if check["violations"] and check["kind"] in ("rule", "unique", "reference", "version", "history")}
