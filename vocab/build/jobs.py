"""Occupations.

Source: `data/occupations.csv`, our own: common titles with about their share of US employment
(thousands of people), pay beside the median of all, and the age from which one has it; to which
age is not said, 120 stands for it. The list in mimesis is British and unweighted, so it is not used.
"""

from decimal import Decimal

from vocab.build.data import read_csv

OLDEST = 120


def occupations():
    rows = [(row["name"], int(row["weight"]), Decimal(row["pay"]), int(row["age_low"]), OLDEST) for row in read_csv("occupations.csv")]
    return sorted(rows, key=lambda row: (-row[1], row[0]))
