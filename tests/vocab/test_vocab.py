"""Laws of the built vocabulary: places agree with themselves, weights with the world, bytes with bytes.

Runs over the tables in LAKESEED_VOCAB (default build/vocab, built if it is missing or stale).
"""

import csv
import hashlib
import os
import re
import subprocess
import sys
import zoneinfo
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "scripts/build_vocab"
SUMS = dict(reversed(line.split()) for line in (ROOT / "vocab/SHA256SUMS").read_text().splitlines())
READ = {"": str, "int": int, "double": float, "decimal": Decimal}


def build(out_dir, **environment):
    return subprocess.run(
        [sys.executable, BUILD, out_dir], env={**os.environ, **environment}, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def vocab():
    directory = Path(os.environ.get("LAKESEED_VOCAB", ROOT / "build/vocab"))
    if "LAKESEED_VOCAB" not in os.environ:
        run = build(directory)
        assert run.returncode == 0, run.stderr
    tables = {}

    def read(name):
        if name not in tables:
            with open(directory / f"{name}.csv", encoding="utf-8", newline="") as file:
                header, *rows = csv.reader(file)
            columns = [column.partition(":") for column in header]
            tables[name] = [
                {column: READ[kind.split("(")[0]](cell) for (column, _, kind), cell in zip(columns, row, strict=True)}
                for row in rows
            ]
        return tables[name]

    read.directory = directory
    return read


def shares(rows, key, weight="weight"):
    sums = Counter()
    for row in rows:
        sums[row[key]] += row[weight]
    total = sum(sums.values())
    return {name: value / total for name, value in sums.items()}


UNIQUE = {
    "diagnoses": ["code"],
    "medications": ["code", "medication", "strength"],
    "procedures": ["code"],
    "treatments": ["field", "code"],
    "user_agents": ["device", "os", "browser"],
    "us_first_names": ["decade", "sex", "name"],
    "us_surnames": ["name"],
    "age_pyramid": ["profile", "age"],
    "occupations": ["name"],
    "us_places": ["zip"],
    "us_area_codes": ["area_code"],
    "us_zips": ["number"],
    "us_zip_numbers": ["zip"],
    "us_states": ["state"],
    "us_sales_tax": ["state"],
    "us_streets": ["name"],
    "us_street_suffixes": ["suffix"],
    "company_parts": ["kind", "text"],
    "email_domains": ["domain"],
    "catalogue": ["category", "subcategory", "item"],
    "catalogue_brands": ["category", "brand"],
    "price_endings": ["profile", "ending_cents"],
    "colors": ["name"],
    "sizes": ["profile", "name"],
    "locales": ["locale"],
    "local_names": ["locale", "kind", "sex", "name"],
    "local_places": ["country", "state", "city"],
    "local_streets": ["country", "name"],
    "company_suffixes": ["country", "suffix"],
    "time_zones": ["zone", "from_utc"],
    "holidays": ["country", "kind", "date", "name"],
}

# Surnames of both sexes, regions without a rule of postal codes, countries without numbers for fiction.
MAY_BE_EMPTY = {("local_names", "sex"), ("local_places", "postal"), ("locales", "phone_fictional")}


def test_every_table_has_a_recorded_sum_and_a_key():
    assert {f"{name}.csv" for name in UNIQUE} == SUMS.keys()


@pytest.mark.parametrize("name", UNIQUE)
def test_key_is_unique_text_is_clean_weight_is_positive(vocab, name):
    rows = vocab(name)
    keys = [tuple(row[column] for column in UNIQUE[name]) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        for column, cell in row.items():
            if isinstance(cell, str):
                assert cell or (name, column) in MAY_BE_EMPTY, (name, row)
                assert cell == " ".join(cell.split()), (name, row)
            if column.endswith("weight"):
                assert 0 < cell < 2**62, (name, row)


def test_area_codes_belong_to_the_state_and_to_no_other(vocab):
    states = {row["area_code"]: row["state"] for row in vocab("us_area_codes")}
    used = set()
    for row in vocab("us_places"):
        codes = row["area_codes"].split(" ")
        assert codes and codes == sorted(set(codes))
        assert all(re.fullmatch(r"[2-9]\d\d", code) and states[code] == row["state"] for code in codes), row
        used.update(codes)
    assert used == states.keys()
    assert 340 <= len(used) <= 344
    assert not used & {"204", "416", "604", "905"}  # Canadian


@pytest.mark.parametrize(
    "zip_code, city, state, zone, code",
    [
        ("10001", "New York", "NY", "America/New_York", "212"),
        ("11201", "Brooklyn", "NY", "America/New_York", "718"),
        ("60601", "Chicago", "IL", "America/Chicago", "312"),
        ("90210", "Beverly Hills", "CA", "America/Los_Angeles", "310"),
        ("79901", "El Paso", "TX", "America/Denver", "915"),
        ("32501", "Pensacola", "FL", "America/Chicago", "850"),
        ("99501", "Anchorage", "AK", "America/Anchorage", "907"),
        ("85001", "Phoenix", "AZ", "America/Phoenix", "602"),
    ],
)
def test_known_places(vocab, zip_code, city, state, zone, code):
    row = next((row for row in vocab("us_places") if row["zip"] == zip_code), None)
    if row is None:
        row = next(row for row in vocab("us_places") if row["zip"].startswith(zip_code[:3]) and row["city"] == city)
    assert (row["city"], row["state"], row["time_zone"]) == (city, state, zone)
    assert code in row["area_codes"].split()


def test_brooklyn_has_no_manhattan_code(vocab):
    for row in vocab("us_places"):
        if row["city"] == "Brooklyn" and row["state"] == "NY":
            assert "212" not in row["area_codes"]


def test_states_have_their_share_of_people(vocab):
    population = shares(vocab("us_states"), "state", "population")
    for table in ("us_places", "us_area_codes"):
        built = shares(vocab(table), "state")
        assert built.keys() == population.keys()
        assert len(population) == 51
        for state, share in population.items():
            assert abs(built[state] - share) < 0.0005, (table, state)


def test_states_agree_between_tables(vocab):
    states = {row["state"]: row for row in vocab("us_states")}
    assert {row["state"] for row in vocab("us_sales_tax")} == states.keys()
    for row in vocab("us_places"):
        assert row["state_name"] == states[row["state"]]["state_name"]
        assert row["region"] == states[row["state"]]["region"]


def test_large_cities_are_large_and_no_zip_is_a_city(vocab):
    people = Counter()
    for row in vocab("us_places"):
        people[row["city"], row["state"]] += row["weight"]
        assert row["weight"] < 150_000, row
    for city, low, high in [
        (("Los Angeles", "CA"), 2.8e6, 4.6e6),
        (("Chicago", "IL"), 2.2e6, 3.5e6),
        (("Houston", "TX"), 2.0e6, 3.6e6),
        (("Jacksonville", "FL"), 0.8e6, 1.3e6),
        (("Brooklyn", "NY"), 2.2e6, 3.0e6),
        (("Seattle", "WA"), 0.6e6, 1.2e6),
    ]:
        assert low < people[city] < high, (city, people[city])


def test_places_lie_in_the_country_and_in_known_zones(vocab):
    zones = {row["zone"] for row in vocab("time_zones")}
    for row in vocab("us_places"):
        assert re.fullmatch(r"\d{5}", row["zip"])
        assert row["time_zone"] in zones
        assert 18 < row["latitude"] < 72 and -180 < row["longitude"] < -66, row


def test_locales_are_whole(vocab):
    """Each has names of both sexes, cities, streets and companies; all in ASCII too."""
    locales = vocab("locales")
    assert len(locales) >= 22 and len({row["country"] for row in locales}) == len(locales)
    names, places, streets, suffixes = (vocab(name) for name in ("local_names", "local_places", "local_streets", "company_suffixes"))
    for row in locales:
        locale, country = row["locale"], row["country"]
        assert locale.endswith("_" + country) and "{street}" in row["line"] and "{number}" in row["line"]
        first = Counter(one["sex"] for one in names if one["locale"] == locale and one["kind"] == "first")
        assert min(first["F"], first["M"]) >= 90 and set(first) == {"F", "M"}
        assert sum(one["locale"] == locale and one["kind"] == "last" for one in names) >= 100
        assert sum(one["country"] == country for one in places) >= 15
        assert sum(one["country"] == country for one in streets) >= 15
        assert sum(one["weight"] for one in suffixes if one["country"] == country) == 100
    assert all(one["ascii"].isascii() and any(map(str.isalpha, one["ascii"])) for one in names)
    assert {one["time_zone"] for one in places} <= zoneinfo.available_timezones()


def test_zones_agree_with_the_pinned_package_at_every_change_and_between(vocab):
    import importlib.util
    import zoneinfo
    from bisect import bisect_right
    from datetime import datetime, timezone

    changes = defaultdict(list)
    for row in vocab("time_zones"):
        changes[row["zone"]].append(row)
    assert "UTC" in changes
    packaged = Path(importlib.util.find_spec("tzdata").origin).parent / "zoneinfo"
    for name, rows in changes.items():
        instants = [row["from_utc"] for row in rows]
        assert instants[0] == -4611686018427387904 and instants == sorted(instants)
        for before, after in zip(rows, rows[1:]):
            assert any(before[c] != after[c] for c in ("offset_seconds", "is_dst", "abbreviation"))
        with open(packaged / name, "rb") as file:
            zone = zoneinfo.ZoneInfo.from_file(file)
        edges = [at + shift for at in instants[1:] for shift in (-1, 0)]
        for at in [*range(0, 4_130_000_000, 2_611_333), *edges]:
            row = rows[bisect_right(instants, at) - 1]
            local = datetime.fromtimestamp(at, timezone.utc).astimezone(zone)
            assert row["offset_seconds"] == local.utcoffset().total_seconds(), (name, at)
            assert row["abbreviation"] == local.tzname() and row["is_dst"] == bool(local.dst())


def test_first_names_are_of_their_time(vocab):
    top = {}
    for row in vocab("us_first_names"):
        assert re.fullmatch(r"[A-Z][a-z]+", row["name"])
        top.setdefault((row["decade"], row["sex"]), row["name"])
    assert len(vocab("us_first_names")) == 10 * 2 * 500
    assert top[1940, "F"] == "Mary" and top[1940, "M"] == "James"
    assert top[1970, "F"] == "Jennifer" and top[1970, "M"] == "Michael"
    assert top[2010, "F"] == "Emma" and top[2010, "M"] == "Noah"
    names = {row["name"] for row in vocab("us_first_names") if row["sex"] == "F"}
    assert {"Mary", "Linda", "Jennifer", "Patricia"} <= names


def test_surnames_are_cased_and_modern(vocab):
    weights = {row["name"]: row["weight"] for row in vocab("us_surnames")}
    names = ["O'Brien", "O'Connor", "McDonald", "MacDonald", "Ochoa", "Ortiz", "Olson", "Mack", "Machado", "De Leon"]
    assert set(names) <= weights.keys()
    assert not {"Obrien", "Mcdonald", "O'Rtiz", "O'Choa", "MacHado"} & weights.keys()
    assert all(re.fullmatch(r"[A-Z][A-Za-z' ]*[a-z]", name) for name in weights)
    assert weights["Garcia"] > weights["Miller"] > weights["Nguyen"] > weights["Patel"]
    assert 0.7 < sum(weights.values()) / 100_000_000 < 0.95


JUNK = re.compile(
    r"\b(Easement|Walkway|Access|Concourse|Unnamed|Tunnel|Incinerator|Kennedy Jr|Stairway|Viaduct|Reservoir|Toll)\b|\d"
)


def test_streets_hold_no_junk_and_common_ones_lead(vocab):
    rows = vocab("us_streets")
    for row in rows:
        assert re.fullmatch(r"[A-Z][A-Za-z' ]+", row["name"]) and not JUNK.search(row["name"]), row
        assert len(row["name"].split()) <= 3
    total = sum(row["weight"] for row in rows)
    assert total == 1_000_000_000 and sum(row["weight"] for row in rows[:40]) == 350_000_000
    assert [row["name"] for row in rows[:3]] == ["Second", "Third", "First"]
    assert 1400 <= len(rows) <= 2500


def test_catalogue_is_thirteen_by_eight(vocab):
    tree = defaultdict(lambda: defaultdict(list))
    for row in vocab("catalogue"):
        tree[row["category"]][row["subcategory"]].append(row)
    assert len(tree) == 13 and all(len(subcategories) == 8 for subcategories in tree.values())
    brands = Counter(row["category"] for row in vocab("catalogue_brands"))
    houses = Counter(row["category"] for row in vocab("catalogue_brands") if row["is_house"])
    assert brands.keys() == houses.keys() == tree.keys() and set(houses.values()) == {1}
    assert min(brands.values()) >= 5


def test_catalogue_laws(vocab):
    profiles = {row["profile"] for row in vocab("price_endings")}
    for row in vocab("catalogue"):
        assert 0 < row["p05"] < row["median"] < row["p95"], row
        assert 0 < row["cost_low"] < row["cost_high"] < 1, row
        assert row["endings"] in profiles
        assert row["attribute"] in {"none", "color", "size", "color_size", "shoe_size"}
        assert row["quantity"] in {"grocery", "apparel", "durable"}
        assert row["bulky"] in (0, 1) and row["weight_median_kg"] > 0
    skus = shares(vocab("catalogue"), "category", "item_weight")
    weights = {row["category"]: row["category_weight"] for row in vocab("catalogue")}
    for category, share in skus.items():
        assert abs(share - weights[category] / 1_000_000) < 1e-6, category
    televisions = [row for row in vocab("catalogue") if row["item"].endswith(" TV")]
    assert televisions and all(row["p05"] > 100 for row in televisions)


def test_price_endings(vocab):
    nines = Counter()
    for row in vocab("price_endings"):
        assert 0 <= row["ending_cents"] <= 99
        if row["ending_cents"] % 10 == 9:
            nines[row["profile"]] += row["weight"]
    assert nines["food"] > 850_000 and nines["electronics"] == 720_000
    sums = Counter()
    for row in vocab("price_endings"):
        sums[row["profile"]] += row["weight"]
    assert set(sums.values()) == {1_000_000}


def test_tax_rates(vocab):
    rates = {row["state"]: row["rate"] for row in vocab("us_sales_tax")}
    assert rates["NY"] == Decimal("0.0854") and rates["OR"] == 0
    assert all(0 <= rate < Decimal("0.12") for rate in rates.values())


def test_holidays(vocab):
    days = defaultdict(set)
    for row in vocab("holidays"):
        assert re.fullmatch(r"20[0-5]\d-\d\d-\d\d", row["date"])
        days[row["country"], row["kind"]].add(row["date"])
    # A Saturday's holiday frees federal staff on Friday, banks and the exchange at New Year not at all.
    assert "2021-12-31" in days["US", "public"]
    assert "2021-12-31" not in days["US", "bank"] | days["US", "exchange"]
    assert "2021-12-24" in days["US", "exchange"] and "2021-12-24" not in days["US", "bank"]
    assert "2023-01-02" in days["US", "bank"]
    assert "2025-01-09" in days["US", "exchange"]
    assert "2024-10-03" in days["DE", "public"] and "2024-07-14" in days["FR", "public"]
    countries = {country for country, kind in days if kind == "public"}
    assert countries == {"US", "DE", "FR", "GB", "NL", "ES", "IT", "PL", "SE", "AT", "CH", "BE"}


def test_ages(vocab):
    profiles = defaultdict(list)
    for row in vocab("age_pyramid"):
        profiles[row["profile"]].append(row)
    assert profiles.keys() == {"us", "online", "store"}
    for rows in profiles.values():
        assert all(a["age"] + a["width"] == b["age"] for a, b in zip(rows, rows[1:]))


def test_safe_mail_domains_are_reserved(vocab):
    safe = {row["domain"] for row in vocab("email_domains") if row["profile"] == "safe"}
    assert safe == {"example.com", "example.org", "example.net"}


def test_company_parts_suffice(vocab):
    kinds = Counter(row["kind"] for row in vocab("company_parts"))
    assert kinds["noun"] >= 60 and kinds["trade"] >= 60 and kinds["suffix"] >= 3


def sums(directory):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.glob("*.csv")}


def test_bytes_do_not_depend_on_the_environment_and_a_right_directory_is_left_alone(vocab, tmp_path):
    """What was built in the environment of this machine, and what is built in another, where damaged files lie."""
    assert sums(vocab.directory) == SUMS
    for name in SUMS:
        (tmp_path / name).write_text("damaged\n")
    made = build(tmp_path, PYTHONHASHSEED="2", LC_ALL="C.UTF-8", LANGUAGE="de", TZ="Asia/Kolkata")
    assert made.returncode == 0 and made.stdout, made.stderr
    assert sums(tmp_path) == SUMS

    again = build(tmp_path, PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    assert again.returncode == 0 and again.stdout == ""


def test_a_difference_names_the_table_and_both_sums():
    sys.path.insert(0, str(ROOT))
    from vocab.build import command

    errors = command._differences({"colors": "aa", "sizes": "cc"}, {"colors": "bb", "sizes": "cc"})
    assert len(errors) == 1
    assert all(part in errors[0] for part in ("colors", "aa", "bb"))
