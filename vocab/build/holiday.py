"""Holidays, 2000 to 2050.

Source: `holidays` 0.108 (MIT), names in US English.

Kinds. `public`: what the country's law calls a public holiday, with substitute days; for GB the
bank holidays of England. `bank` (US only): when the Federal Reserve Banks are closed: a holiday
on a Sunday moves to Monday, one on a Saturday is not moved to Friday, unlike for federal staff.
`exchange` (US only): closes of the New York Stock Exchange, half days not among them.
Two holidays on one day are two rows.
"""

import holidays

YEARS = range(2000, 2051)
SUBDIVISION = {"GB": "ENG"}
COUNTRIES = "AT BE CH DE ES FR GB IT NL PL SE US".split()
FRIDAY = 4


def holidays_of_all_countries():
    rows = set()
    for country in COUNTRIES:
        days = holidays.country_holidays(country, subdiv=SUBDIVISION.get(country), years=YEARS, language="en_US")
        rows.update(_rows(country, days, "public"))
        if country == "US":
            bank = {day: name for day, name in days.items() if not _is_moved_to_friday(day, name)}
            rows.update(_rows(country, bank, "bank"))
    exchange = holidays.financial_holidays("XNYS", years=YEARS, language="en_US")
    rows.update(_rows("US", exchange, "exchange"))
    return sorted(rows, key=lambda row: (row[0], row[3], row[1], row[2]))


def _rows(country: str, days, kind: str):
    for day, names in days.items():
        if day.year in YEARS:
            for name in names.split("; "):
                yield (country, day.isoformat(), name, kind)


def _is_moved_to_friday(day, name: str) -> bool:
    return "(observed)" in name and day.weekday() == FRIDAY
