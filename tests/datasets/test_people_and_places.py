"""People: an address that exists, a phone of the place, an e-mail of the name, a plausible age."""

import collections
import csv
import datetime
import re
import unicodedata

import pyarrow.parquet as pq
import pytest

WINDOW_END = datetime.date(2024, 12, 31)


@pytest.fixture(scope="module")
def output(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("people"), "--customers", 10000, "--tables", "customers,stores",
                            rows=1000)


@pytest.fixture(scope="module")
def people(output):
    rows = pq.read_table(output.file("customers")).to_pylist()
    assert len(rows) >= 10000
    return rows


@pytest.fixture(scope="module")
def places(program):
    with open(program.vocab / "us_places.csv", newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {(row["city"], row["state"], row["zip"]) for row in rows}


@pytest.fixture(scope="module")
def area_codes(program):
    codes = collections.defaultdict(set)
    with open(program.vocab / "us_area_codes.csv", newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            codes[row["state"]].add(row["area_code"])
    return codes


def letters(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z]", "", flat)


def test_city_state_and_zip_belong_together(people, places):
    assert [p for p in people if (p["city"], p["state"], p["postal_code"]) not in places][:3] == []


def test_stores_are_at_real_places(output, places):
    stores = pq.read_table(output.file("stores")).to_pylist()
    assert stores
    assert [s for s in stores if (s["city"], s["state"], s["postal_code"]) not in places] == []


def test_places_are_many_and_follow_population(people):
    states = collections.Counter(p["state"] for p in people)
    assert len(states) >= 48
    # Census 2020s: California 11.6 %, Texas 9.0 % of the people.
    assert 0.10 < states["CA"] / len(people) < 0.135
    assert 0.075 < states["TX"] / len(people) < 0.105
    assert len({p["postal_code"] for p in people}) > 4000


def test_phones_are_of_the_state(people, area_codes):
    form = re.compile(r"\((\d{3})\) 555-01\d\d")
    codes = [(form.fullmatch(p["phone"]), p["state"]) for p in people]
    assert all(match for match, _ in codes)
    known = set().union(*area_codes.values())
    assert {match[1] for match, _ in codes} <= known
    near = sum(match[1] in area_codes[state] for match, state in codes) / len(codes)
    # Some keep the number of the state they moved from.
    assert 0.80 <= near <= 0.95


def test_emails_are_unique_and_of_the_name(people):
    emails = [p["email"].lower() for p in people]
    assert len(set(emails)) == len(emails)
    form = re.compile(r"[a-z0-9][a-z0-9._-]*@example\.(org|com|net)|[a-z0-9][a-z0-9._-]*@[a-z0-9.-]+\.(example|test)")
    assert [e for e in emails if not form.fullmatch(e)][:3] == []
    strange = []
    for person, email in zip(people, emails):
        local = letters(email.split("@")[0])
        first, last = letters(person["first_name"]), letters(person["last_name"])
        if not (first in local or last in local):
            strange.append((email, person["first_name"], person["last_name"]))
    assert strange[:3] == []


def age(birth: datetime.date, day: datetime.date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def test_ages_at_registration(people):
    ages = [age(p["date_of_birth"], p["registration_date"]) for p in people]
    assert min(ages) >= 18 and max(ages) <= 95
    # The normal law with mean 42, deviation 15, cut at 18: its mean is 43.9.
    mean = sum(ages) / len(ages)
    assert 42 < mean < 46
    assert len(set(ages)) > 60


def test_registration_is_before_the_window_ends(people):
    days = [p["registration_date"] for p in people]
    assert max(days) <= WINDOW_END
    assert all(p["date_of_birth"] < p["registration_date"] for p in people)
    new = sum(day >= datetime.date(2023, 1, 1) for day in days) / len(days)
    # A growth of 0.0004 a day plus replacement of the lost 0.0003 a day over 731 days.
    assert 0.2 < new < 0.5


def test_segments_and_names(people):
    """Customers begin by the shares; who has changed (one in seven a year, over up to two years) is in another segment."""
    shares = {"Premium": 0.1, "Standard": 0.6, "Basic": 0.3}
    changed = {to: sum(share * shares[to] / (1 - share) for of, share in shares.items() if of != to) for to in shares}
    found = collections.Counter(p["customer_segment"] for p in people)
    moved = (shares["Standard"] - found["Standard"] / len(people)) / (shares["Standard"] - changed["Standard"])
    assert 0.08 < moved < 0.26
    for segment, share in shares.items():
        assert abs(found[segment] / len(people) - (1 - moved) * share - moved * changed[segment]) < 0.01
    surnames = collections.Counter(p["last_name"] for p in people)
    assert surnames["Smith"] == max(surnames.values()) or surnames["Smith"] / len(people) > 0.005
    assert max(surnames.values()) / len(people) < 0.02


def test_places_of_other_datasets(program, places, area_codes, tmp_path):
    """Ten thousand people of a register that is kept by day, and customers whose address and phones lie inside."""
    register = program.generate(tmp_path / "register", "--scale-factor", 0.084, rows=None, dataset="people_incremental")
    rows = pq.read_table(register.file("people")).to_pylist()
    assert len(rows) >= 10_000
    with open(program.vocab / "us_states.csv", newline="", encoding="utf-8") as lines:
        codes = {row["state_name"]: row["state"] for row in csv.DictReader(lines)}
    found = [(row["city"], codes[row["state"]], row["zip_code"], re.sub(r"\D", "", row["phone_number"])) for row in rows]
    shop = program.generate(tmp_path / "shop", "--tables", "customers", rows=5000, dataset="ecommerce_nested")
    for row in pq.read_table(shop.file("customers")).to_pylist():
        home = row["address"]
        found += [(home["city"], home["state"], home["postal_code"], re.sub(r"\D", "", phone["number"])) for phone in row["phones"]]
    assert len(found) > 11_000
    assert [one for one in found if one[:3] not in places][:3] == []
    assert [one for one in found if one[3][-7:-2] != "55501"][:3] == []
    near = sum(one[3][-10:-7] in area_codes[one[1]] for one in found) / len(found)
    assert 0.80 <= near <= 0.95
