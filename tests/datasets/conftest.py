"""Datasets made once for all tests of this folder that only read them."""

import duckdb
import pytest


class Data:
    """One output as views of its tables, times in UTC."""

    def __init__(self, output, tables):
        self.output = output
        self.tables = tables
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'")
        for table in tables:
            self.connection.execute(f"create view {table} as select * from read_parquet('{output.file(table)}')")

    def ask(self, query):
        return self.connection.execute(query).fetchall()

    def value(self, query):
        (row,) = self.ask(query)
        return row[0]


@pytest.fixture(scope="session")
def data_of(program, tmp_path_factory):
    """data_of(dataset, rows=None, *options): made at the first call."""
    made = {}

    def once(dataset, *words, rows=None) -> Data:
        key = (dataset, rows, *map(str, words))
        if key not in made:
            output = program.generate(tmp_path_factory.mktemp(dataset), *words, rows=rows, dataset=dataset)
            tables = [path.stem for path in sorted(output.file("x").parent.glob("*.parquet"))]
            made[key] = Data(output, tables)
        return made[key]
    return once
