"""Diagnoses, medications and procedures of a clinic.

Source: `data/diagnoses.csv`, `data/medications.csv` and `data/procedures.csv`, our own choice and weights. A diagnosis' text
is that of the ICD-10-CM release in simple_icd_10_cm, and it must be a billable code of it. `women` and `men` are weights of
a row among women and among men: a ratio r splits a weight w into 2 w r / (1 + r) and 2 w / (1 + r), in hundredths; those of
a season are the same times the season's factor. A treatment is a procedure in one of the fields of diagnoses it is done for.
"""

import xml.etree.ElementTree as xml
from decimal import Decimal

from vocab.build import packages
from vocab.build.data import read_csv

HUNDRED = 100


def _of_sexes(weight: int, sex: str, ratio: Decimal) -> tuple[int, int]:
    if sex == "F":
        return 2 * HUNDRED * weight, 0
    if sex == "M":
        return 0, 2 * HUNDRED * weight
    ratio = 1 / -ratio if ratio < 0 else ratio
    women = int(2 * HUNDRED * weight * ratio / (1 + ratio))
    return women, 2 * HUNDRED * weight - women


def _texts(codes: set[str]) -> dict[str, str]:
    """Descriptions; a seventh character adds its own words to those of its category."""
    root = xml.parse(packages.package_file("simple_icd_10_cm", "data", "icd10c-tabular-April-1-2026.xml")).getroot()
    listed = set(packages.package_file("simple_icd_10_cm", "data", "code-list-April-2026.txt").read_text().split())
    texts = {}

    def visit(node, seventh):
        own = node.find("sevenChrDef")
        if own is not None:
            seventh = {one.get("char"): one.text for one in own.findall("extension")}
        name, text = node.findtext("name"), node.findtext("desc")
        if name in codes and node.find("diag") is None and not seventh:
            texts[name] = text
        for character, words in seventh.items():
            if name + character in codes:
                texts[name + character] = f"{text}, {words}"
        for child in node.findall("diag"):
            visit(child, seventh)

    for section in root.iter("section"):
        for node in section.findall("diag"):
            visit(node, {})
    wrong = [code for code in codes if code not in texts or code.replace(".", "") not in listed]
    if wrong:
        raise ValueError(f"no billable codes of this release: {sorted(wrong)}")
    return texts


def diagnoses():
    rows = read_csv("diagnoses.csv")
    texts = _texts({row["code"] for row in rows})
    for row in rows:
        women, men = _of_sexes(int(row["weight"]), row["sex"], Decimal(row["ratio"]))
        is_chronic = int(row["group"] in ("chronic", "metabolic"))
        yield (row["code"], texts[row["code"]], row["group"], row["specialty"], is_chronic, int(row["age_low"]),
               int(row["age_high"]), row["sex"], women, men, row["field"],
               *(int(weight * Decimal(factor)) for factor in row["seasons"].split("|") for weight in (women, men)))


def medications():
    products = {}
    for row in read_csv("medications.csv"):
        product = products.setdefault(row["medication"], len(products) + 1)
        strengths = row["strengths"].split("|")
        for package, strength in enumerate(strengths, 1):
            women, men = _of_sexes(int(row["weight"]), row["sex"], Decimal(1))
            # The labeler 99999 is nobody's.
            ndc = f"99999-{product:04d}-{package:02d}"
            yield (row["code"], row["medication"], strength, row["form"], row["route"], row["directions"], row["schedule"],
                   ndc, int(row["max_refills"]), int(row["days"]), women // len(strengths), men // len(strengths))


def procedures():
    for row in read_csv("procedures.csv"):
        yield (row["code"], row["system"], row["description"], Decimal(row["price"]), int(row["age_low"]),
               int(row["age_high"]), f"|{'|'.join(_fields(row))}|")


def treatments():
    for row in read_csv("procedures.csv"):
        for field in _fields(row):
            yield (field, row["code"], int(row["age_low"]), int(row["age_high"]), int(row["women"]), int(row["men"]))


def _fields(procedure: dict[str, str]) -> list[str]:
    if procedure["fields"] != "any":
        return procedure["fields"].split("|")
    return sorted({row["field"] for row in read_csv("diagnoses.csv")})
