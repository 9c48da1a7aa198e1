"""Street base names and suffixes of the US.

Sources: `mimesis` 22.2.0 (MIT) English streets, which are San Francisco's and hold junk;
`names` 0.3.0 (MIT; US Census 1990, public domain): frequent surnames; `data/streets.yaml`.

Rule: the common names take 35 % of the streets by Zipf's law; the rest is shared evenly by the
cleaned list, frequent surnames and compounds. The list is cleaned by what it can be checked
against: a single word stays only if it is also a surname, a first name or a postal city.
"""

import json

from vocab.build.data import read_yaml
from vocab.build.packages import package_file
from vocab.build.people import first_names, recase, surnames
from vocab.build.places import us_places
from vocab.build.weight import apportion, zipf_shares

TOTAL = 1_000_000_000
COMMON = 350_000_000
COMMON_ZIPF = "0.7"
SURNAMES = 400


def streets():
    data = read_yaml("streets.yaml")
    common = data["common"]
    rest = sorted((_cleaned(data) | _surnames() | _compounds(data)) - set(common))
    rows = list(zip(common, apportion(zipf_shares(len(common), COMMON_ZIPF), COMMON)))
    rows += zip(rest, apportion(zipf_shares(len(rest), "0"), TOTAL - COMMON))
    return rows


def suffixes():
    return [(suffix, int(share * 100)) for suffix, share in read_yaml("streets.yaml")["suffixes"].items()]


def _cleaned(data: dict) -> set[str]:
    with open(package_file("mimesis", "datasets", "en", "address.json"), encoding="utf-8") as file:
        names = json.load(file)["street"]["name"]
    junk, first_of_two = set(data["junk"]), set(data["first_of_two"])
    known = {row[2] for row in first_names()} | {row[0] for row in surnames()} | {row[1] for row in us_places()}
    kept = set()
    for name in names:
        words = name.split()
        if not name.replace(" ", "").isascii() or not all(word.isalpha() and len(word) > 1 for word in words):
            continue
        if junk & set(words) or len(words) > 2 or min(len(word) for word in words[-1:]) < 3:
            continue
        cased = " ".join([*words[:-1], recase(words[-1].upper())])
        if cased in known or (len(words) == 2 and words[0] in first_of_two):
            kept.add(cased)
    return kept


def _surnames() -> set[str]:
    lines = package_file("names", "dist.all.last").read_text(encoding="ascii").splitlines()
    return {recase(line.split()[0]) for line in lines[:SURNAMES]}


def _compounds(data: dict) -> set[str]:
    return {f"{first} {second}" for first in data["compound_first"] for second in data["compound_second"]}
