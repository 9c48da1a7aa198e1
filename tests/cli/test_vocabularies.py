"""Tables of words that a dataset brings with it: drawn by weight, looked up, part of the identity, wrong ones refused."""

import json

import duckdb
import pytest
from program import run

COLOURS = "code,name,price,hex,weight\n0,red,1.50,ff0000,6\n1,green,2.25,00ff00,3\n7,blue,10,0000ff,1\n"
CODES = 'zip,city\n01234,"Stone, Upper"\n98765,Lake\n'
SPEC = """dataset: paint
window: {from: 2024-01-01, to: 2024-01-31}
vocabularies: {colours: words/colours.csv, codes: words/codes.csv}
tables:
  cans:
    rows: 4000
    let:
      colour: {vocabulary: {table: colours, weight: weight}}
      place: {vocabulary: codes}
    columns:
      can_id: {key: {}}
      name: colour.name
      code: colour.code
      price: colour.price
      hex: colour.hex
      zip: place.zip
      city: lookup(codes.city, place.zip)
      price_again: lookup(colours.price, colour.code)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "colours.csv").write_text(COLOURS)
    (tmp_path / "words" / "codes.csv").write_text(CODES)
    (tmp_path / "paint.yaml").write_text(SPEC)
    return tmp_path


def make(folder, *words, out="out"):
    return run("generate", "--custom-schema", folder / "paint.yaml", "-o", "parquet", "--output", folder / out, "--quiet", *words)


def test_rows_are_drawn_by_weight_and_fields_belong_together(folder):
    done = make(folder, "--validate")
    assert done.code == 0, done.out + done.err
    rows = f"'{folder}/out/Files/synthetic_data/paint/cans.parquet'"
    found = duckdb.sql(f"select name, code, price, hex, count(*) from {rows} group by all order by code").fetchall()
    assert [tuple(map(str, row[:4])) for row in found] == [
        ("red", "0", "1.50", "ff0000"), ("green", "1", "2.25", "00ff00"), ("blue", "7", "10.00", "0000ff")]
    expected = [2400, 1200, 400]
    assert sum((row[4] - e) ** 2 / e for row, e in zip(found, expected)) < 14  # Chi-square, p = 0.001.
    assert duckdb.sql(f"select distinct zip, city from {rows} order by zip").fetchall() == [
        ("01234", "Stone, Upper"), ("98765", "Lake")]
    assert duckdb.sql(f"select count(*) from {rows} where price <> price_again or price_again is null").fetchall() == [(0,)]
    types = dict(duckdb.sql(f"select column_name, column_type from (describe select * from {rows})").fetchall())
    assert types["code"] == "BIGINT" and types["price"].startswith("DECIMAL(") and types["zip"] == "VARCHAR"


def test_the_content_is_part_of_the_identity(folder):
    assert make(folder).code == 0
    assert make(folder, "--if-exists", "append").code == 0
    (folder / "words" / "colours.csv").write_text(COLOURS.replace("blue,10", "blue,11"))
    done = make(folder, "--if-exists", "append")
    assert done.code == 2, done.out + done.err
    assert make(folder, out="other").code == 0


def test_paths_are_relative_to_the_file(folder, tmp_path_factory):
    here = run("preview", "--custom-schema", "paint.yaml", "--json", cwd=folder)
    there = run("preview", "--custom-schema", folder / "paint.yaml", "--json", cwd=tmp_path_factory.mktemp("else"))
    assert here.code == 0 and here.out == there.out


@pytest.mark.parametrize("old, new, part", [
    ("words/colours.csv", "words/colors.csv", "paint.yaml:3:25: vocabularies.colours: no such file"),
    ("colours: words", "us_states: words", "a built-in vocabulary table has this name: us_states"),
    ("words/colours.csv", "[a]", "must be the path of a CSV file"),
    ("table: colours", "table: coloours", "did you mean `colours`?"),
    ("weight: weight", "weight: name", "needs a column of numbers: name"),
    ("colours: words", "Colours!: words", "Colours!"),
    ("vocabularies:", "vocabulary:", "did you mean `vocabularies`?"),
    ("lookup(codes.city", "lookup(codes.town", "has no column: town"),
])
def test_mistakes_in_the_file(folder, old, new, part):
    assert old in SPEC
    (folder / "paint.yaml").write_text(SPEC.replace(old, new, 1))
    done = run("check", folder / "paint.yaml")
    assert done.code == 2 and part in done.err, done.err


@pytest.mark.parametrize("text, part", [
    ("", "a header and rows"), ("code,name,price,hex,weight\n", "a header and rows"),
    (COLOURS + "9,pink\n", "colours.csv:5: "), (COLOURS + '9,"pink,1,x,1\n', "colours.csv:5"),
    (COLOURS.replace(",6\n", ",0\n").replace(",3\n", ",0\n").replace(",1\n", ",0\n"), "weights"),
])
def test_mistakes_in_the_table(folder, text, part):
    (folder / "words" / "colours.csv").write_text(text)
    done = run("check", folder / "paint.yaml")
    assert done.code == 2 and part in done.err, done.err


def test_a_table_that_nothing_reads_is_a_warning(folder):
    (folder / "words" / "more.csv").write_text("a\nb\n")
    (folder / "paint.yaml").write_text(SPEC.replace("vocabularies: {", "vocabularies: {more: words/more.csv, "))
    facts = json.loads(run("check", folder / "paint.yaml", "--json").out)
    assert [(one["reason"], one["value"]) for one in facts["warnings"]] == [("nothing reads this table", "more")]
    (folder / "paint.yaml").write_text(SPEC)
    assert run("check", folder / "paint.yaml", "--strict").code == 0
