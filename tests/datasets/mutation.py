"""One cell of a sound dataset changed on purpose, and the named rules that then break."""

import json
import pathlib
import shutil
import sys

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "validate")]

from lakeseed_program import tables_of  # noqa: E402
from manifest_edit import restate  # noqa: E402


def checks_of(report) -> list[dict]:
    """All checks of the printed report, wherever the program puts them."""
    if isinstance(report, dict):
        if isinstance(report.get("checks"), list):
            return report["checks"]
        for value in report.values():
            if found := checks_of(value):
                return found
    return []


class Mutation:
    """A copy of an output that a test may break; the manifest is kept in step, so only rules can find it."""

    def __init__(self, program, sound, folder):
        self.program, self.dataset = program, sound.dataset
        self.folder = pathlib.Path(folder) / "data"
        shutil.copytree(sound.folder, self.folder)
        self.manifest_path = self.folder / "_lakeseed" / "manifest.json"
        self.manifest = json.loads(self.manifest_path.read_text())
        self.tables = tables_of(self.manifest)

    def path(self, table: str) -> pathlib.Path:
        (entry,) = self.tables[table]["files"]
        return self.folder / entry["path"]

    def read(self, table: str) -> pa.Table:
        return pq.read_table(self.path(table))

    def change(self, table: str, which, values: dict):
        """Set cells of the first row for which `which` holds; a value may be a function of the row."""
        data = self.read(table)
        rows = data.to_pylist()
        row = next(number for number, one in enumerate(rows) if which(one))
        for column, value in values.items():
            cells = data[column].to_pylist()
            cells[row] = value(rows[row]) if callable(value) else value
            assert cells[row] != rows[row][column], f"{column} is {cells[row]} already"
            at = data.column_names.index(column)
            field = data.schema.field(at).with_nullable(True)
            data = data.set_column(at, field, pa.array(cells, type=field.type))
        self.write(table, data)

    def write(self, table: str, data: pa.Table):
        pq.write_table(data, self.path(table), store_schema=False)
        whole = self.tables[table]
        (entry,) = whole["files"]
        entry["size_bytes"] = whole["size_bytes"] = self.path(table).stat().st_size
        for column in entry["columns"]:
            restate(column, data[column["name"]])
        self.manifest_path.write_text(json.dumps(self.manifest, indent=1))

    def broken_rules(self) -> set[tuple[str, str]]:
        """(table, rule) of the named rules that do not hold."""
        done = self.program.run("validate", self.folder, "--dataset-id", self.dataset, "--no-recompute", "--json")
        assert done.returncode in (0, 4), done.stderr
        named = named_rules(self.program, self.dataset)
        broken = {(c["table"], c["rule"].split(":")[-1]) for c in checks_of(json.loads(done.stdout)) if c["violations"] > 0}
        return broken & named


def named_rules(program, dataset: str) -> set[tuple[str, str]]:
    """(table, rule) of all named rules of a dataset."""
    tables = json.loads(program.run("describe", dataset, "--json").stdout)["tables"]
    return {(table["table_name"], rule["name"]) for table in tables for rule in table["business_rules"]}
