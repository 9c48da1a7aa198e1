"""Parts of company names: `{noun} {trade} {suffix}`.

Source: `data/company_parts.csv`, our own words. Company lists in the packages are real
trademarks and are not used.
"""

from vocab.build.data import read_csv


def parts():
    return [(row["kind"], row["text"], int(row["weight"])) for row in read_csv("company_parts.csv")]
