"""Occupations.

Source: `data/occupations.csv`, our own: common titles with about their share of US employment
(thousands of people). The list in mimesis is British and unweighted, so it is not used.
"""

from vocab.build.data import read_csv


def occupations():
    rows = [(row["name"], int(row["weight"])) for row in read_csv("occupations.csv")]
    return sorted(rows, key=lambda row: (-row[1], row[0]))
