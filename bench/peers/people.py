"""Customers row by row, as a CSV file of eight columns, by a Python library of fake people.

    python people.py LIBRARY ROWS FILE      LIBRARY: faker, faker-fast (without weights), mimesis
"""

import csv
import sys


def faker(rows: int, weighted: bool):
    from faker import Faker

    fake = Faker("en_US", use_weighting=weighted)
    Faker.seed(42)
    for i in range(rows):
        yield (i + 1, fake.first_name(), fake.last_name(), fake.email(), fake.phone_number(), fake.street_address(),
               fake.city(), fake.state_abbr())


def mimesis(rows: int):
    from mimesis import Generic
    from mimesis.locales import Locale

    fake = Generic(Locale.EN, seed=42)
    for i in range(rows):
        yield (i + 1, fake.person.first_name(), fake.person.last_name(), fake.person.email(), fake.person.phone_number(),
               fake.address.address(), fake.address.city(), fake.address.state(abbr=True))


if __name__ == "__main__":
    library, rows, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows(mimesis(rows) if library == "mimesis" else faker(rows, library == "faker"))
