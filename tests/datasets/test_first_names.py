"""First names fit sex and decade of birth, judged by the table of names alone."""

import collections
import csv

import pyarrow.parquet as pq
import pytest

SEX = {"Female": "F", "Male": "M"}


@pytest.fixture(scope="module")
def names(program):
    table = collections.defaultdict(dict)
    with open(program.vocab / "us_first_names.csv", newline="") as lines:
        for row in csv.DictReader(lines):
            table[int(row["decade:int"]), row["sex"]][row["name"]] = int(row["weight:int"])
    return table


@pytest.fixture(scope="module")
def people(program, tmp_path_factory):
    output = program.generate(tmp_path_factory.mktemp("names"), "--tables", "customers", rows=100_000)
    columns = ["first_name", "gender", "date_of_birth"]
    rows = pq.read_table(output.file("customers"), columns=columns).to_pylist()
    return [(row["first_name"], SEX[row["gender"]], row["date_of_birth"].year) for row in rows if row["gender"] in SEX]


def decade_of(year: int) -> int:
    return min(max(year // 10 * 10, 1920), 2010)


def test_names_are_of_their_sex_and_decade(people, names):
    assert len(people) > 10_000
    strange = [one for one in people if one[0] not in names[decade_of(one[2]), one[1]]]
    assert len(strange) / len(people) < 0.02, strange[:5]


def test_names_come_as_often_as_in_their_decade(people, names):
    for decade in (1960, 1970, 1980):
        for sex in SEX.values():
            born = collections.Counter(n for n, s, year in people if s == sex and decade_of(year) == decade)
            total, law = sum(born.values()), names[decade, sex]
            weight = sum(law.values())
            assert total > 300
            # The twenty commonest together: five deviations of a binomial count.
            top = sorted(law, key=law.get, reverse=True)[:20]
            share = sum(law[name] for name in top) / weight
            found = sum(born[name] for name in top) / total
            assert abs(found - share) < 5 * (share * (1 - share) / total) ** 0.5, (decade, sex)


def test_the_judge_can_tell(people, names):
    """Sixty years apart most names would be strange: the test above has teeth."""
    young = [one for one in people if one[2] >= 1990]
    assert young
    strange = sum(name not in names[decade_of(year - 60), sex] for name, sex, year in young)
    assert strange / len(young) > 0.3
