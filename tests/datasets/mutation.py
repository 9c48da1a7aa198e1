"""One cell of a sound dataset changed on purpose, and the checks and named rules that then break."""

import decimal
import json
import pathlib
import shutil
import sys

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "validate")]

from lakeseed_program import Output, tables_of  # noqa: E402
from manifest_edit import restate  # noqa: E402


class Mutation:
    """A copy of an output that a test may break; the manifest is kept in step, so only rules can find it."""

    def __init__(self, program, sound, folder):
        self.program, self.dataset = program, sound.dataset
        self.folder = pathlib.Path(folder) / "data"
        shutil.copytree(sound.folder, self.folder)
        self.manifest_path = Output(self.folder, sound.dataset, sound.suffix).manifest
        self.manifest = json.loads(self.manifest_path.read_text())
        self.tables = tables_of(self.manifest)

    def path(self, table: str) -> pathlib.Path:
        (entry,) = self.tables[table]["files"]
        return self.folder / entry["path"]

    def read(self, table: str) -> pa.Table:
        return pq.read_table(self.path(table))

    def change(self, table: str, which, values: dict):
        """Set cells of the first row for which `which` holds, or of row `which`; a value may be a function of the row."""
        data = self.read(table)
        rows = data.to_pylist()
        row = next(number for number, one in enumerate(rows) if which(one)) if callable(which) else which
        for column, value in values.items():
            cells = data[column].to_pylist()
            cells[row] = value(rows[row]) if callable(value) else value
            assert cells[row] != rows[row][column], f"{column} is {cells[row]} already"
            at = data.column_names.index(column)
            field = data.schema.field(at).with_nullable(True)
            data = data.set_column(at, field, pa.array(cells, type=field.type))
        self.write(table, data)

    def write(self, table: str, data: pa.Table):
        """The table's rows anew; the manifest tells of them."""
        pq.write_table(data, self.path(table), store_schema=False)
        whole = self.tables[table]
        (entry,) = whole["files"]
        entry["size_bytes"] = whole["size_bytes"] = self.path(table).stat().st_size
        if gone := entry["num_rows"] - data.num_rows:
            entry["num_rows"] = whole["num_rows"] = data.num_rows
            entry["rows"][1] -= gone
        for column in entry["columns"]:
            restate(column, data[column["name"]])
        self.manifest_path.write_text(json.dumps(self.manifest, indent=1))

    def broken_checks(self, *words) -> list[dict]:
        """What validate finds to be violated."""
        done = self.program.run("validate", self.folder, "--dataset-id", self.dataset, "--json", *words)
        assert done.returncode in (0, 4), done.stderr
        return [check for check in json.loads(done.stdout)["checks"] if check["violations"] > 0]

    def broken(self) -> set[tuple[str, str]]:
        """(table, kind:name) of all checks that do not hold, without making the cells again."""
        return {(check["table"], check["rule"]) for check in self.broken_checks("--no-recompute")}

    def broken_rules(self) -> set[tuple[str, str]]:
        """(table, rule) of the named rules that do not hold."""
        return {(table, rule.split(":")[-1]) for table, rule in self.broken()} & named_rules(self.program, self.dataset)


def named_rules(program, dataset: str) -> set[tuple[str, str]]:
    """(table, rule) of all named rules of a dataset."""
    tables = json.loads(program.run("describe", dataset, "--json").stdout)["tables"]
    return {(table["table_name"], rule["name"]) for table in tables for rule in table["business_rules"]}


def breaks_its_rule(program, sound, folder, rule: tuple[str, str], change, also=()) -> None:
    """`change` (which row, its cells; or a function of the copy) breaks the rule (table, name), and no other but those in `also`."""
    data = Mutation(program, sound, folder)
    if callable(change):
        change(data)
    else:
        data.change(rule[0], *change)
    broken = data.broken_rules()
    assert rule in broken
    assert broken <= {rule} | set(also), broken


def before(event, values):
    """The event before the first one of this kind that has one in its visit is changed; it is of the other kind."""
    def change(data):
        rows = {row["event_key"]: row for row in data.read("fact_web_events").to_pylist()}
        kind, earlier = event
        first = next(row["previous_event_key"] for row in rows.values() if row["event_type"] == kind
                     and row["previous_event_key"] and rows[row["previous_event_key"]]["event_type"] == earlier)
        data.change("fact_web_events", lambda row: row["event_key"] == first, values)
    return change


def plus(column: str, by):
    """A cell for `change`: the column's own value and so much; money is written as text."""
    return lambda row: row[column] + (decimal.Decimal(by) if isinstance(by, str) else by)


def ANY(row) -> bool:  # noqa: N802
    return True


def is_(column, *values):
    return lambda row: row[column] in values


def has(*columns):
    return lambda row: all(row[column] is not None for column in columns)


def cells(*columns, by="0.01"):
    return {column: plus(column, by) for column in columns}


# Rules of what nobody may have and where people live, and a cell that breaks each.
NOBODYS = {"email": ("email_is_reserved", "jo@gmail.com"), "phone": ("phone_is_fictional", "(212) 867-5309"),
           "city": ("city_and_state_are_the_postal_codes", "Nowhere")}


def nobodys(table: str, *columns) -> dict:
    """The mutations of these rules of a table."""
    return {(table, NOBODYS[column][0]): (ANY, {column: NOBODYS[column][1]}) for column in columns}
