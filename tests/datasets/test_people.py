"""People: 18 columns that agree, numbers with right check digits in ranges that nobody owns, rules that bite."""

import csv
import re
from collections import Counter

import pyarrow.parquet as pq
import pytest

import mutation

ROWS = 5000
COLUMNS = ["id", "name", "email", "address", "city", "state", "zip_code", "country", "phone_number", "date_of_birth",
           "job", "company", "ssn", "credit_card_number", "iban", "ipv4", "user_agent", "text"]


@pytest.fixture(scope="module")
def sound(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("people"), rows=ROWS, dataset="people")


@pytest.fixture(scope="module")
def people(sound):
    return pq.read_table(sound.file("people"))


def luhn(number: str) -> bool:
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def test_has_the_columns(people):
    assert people.column_names == COLUMNS
    assert people["id"].to_pylist() == list(range(ROWS))


def test_check_digits(people):
    assert all(luhn(card) for card in people["credit_card_number"].to_pylist())
    assert all(int(iban[4:] + "1314" + iban[2:4]) % 97 == 1 for iban in people["iban"].to_pylist())


def test_numbers_are_nobodys(people):
    for ssn in people["ssn"].to_pylist():
        assert re.fullmatch(r"9\d\d-(0[1-9]|[1-4]\d)-(?!0000)\d{4}", ssn)
    assert all(re.fullmatch(r"198\.1[89]\.\d{1,3}\.\d{1,3}", ip) for ip in people["ipv4"].to_pylist())
    digits = (re.sub(r"\D", "", phone) for phone in people["phone_number"].to_pylist())
    assert all(re.fullmatch(r"1?\d{3}55501\d\d", phone) for phone in digits)


def test_places_belong_together(people, program):
    with open(program.vocab / "us_places.csv", encoding="utf-8", newline="") as file:
        places = {row["zip"]: (row["city"], row["state_name"]) for row in csv.DictReader(file)}
    for zip_code, city, state in zip(*(people[c].to_pylist() for c in ("zip_code", "city", "state"))):
        assert places[zip_code] == (city, state)


def test_email_comes_from_the_name(people):
    for name, email in zip(people["name"].to_pylist(), people["email"].to_pylist()):
        letters = re.sub(r"[^a-z]", "", email.split("@")[0])
        parts = [re.sub(r"[^a-z]", "", part.lower()) for part in name.split()]
        assert any(part[:4] in letters for part in parts if part), (name, email)


def test_jobs_fit_ages(people):
    ages = [2024 - day.year for day in people["date_of_birth"].to_pylist()]
    retired = Counter(job == "Retired" for job, age in zip(people["job"].to_pylist(), ages) if age >= 68)
    assert 0.77 < retired[True] / retired.total() < 0.87
    students = Counter(job == "Student" for job, age in zip(people["job"].to_pylist(), ages) if age <= 21)
    assert 0.33 < students[True] / students.total() < 0.57


def test_ages_are_those_of_residents(people):
    """Decades of the adults of the United States (Census, 2023), about."""
    ages = Counter(min(max(2024 - day.year, 20), 80) // 10 * 10 for day in people["date_of_birth"].to_pylist())
    for decade, share in {20: 0.205, 30: 0.18, 40: 0.163, 50: 0.163, 60: 0.154, 70: 0.104, 80: 0.05}.items():
        assert abs(ages[decade] / ROWS - share) < 0.035, decade


def test_texts_say_nothing_twice(people):
    for text in people["text"].to_pylist():
        kinds = [re.match(r"(Customer asked|Please|Checked by|.* before |.*)", line)[1] for line in text.rstrip(".").split(". ")]
        assert 3 <= len(kinds) <= 4 and 40 <= len(text) <= 200
        assert len(set(kinds)) == len(kinds), text


def test_browsers_are_of_their_day(people):
    for text in people["user_agent"].to_pylist():
        assert text.startswith("Mozilla/5.0 (")
        if chrome := re.search(r"(?:Chrome|CriOS)/(\d+)\.0\.0\.0", text):
            # 132 is the newest in December 2024; Samsung's browser builds on an older one.
            assert (110 if "Samsung" in text else 124) <= int(chrome[1]) <= 133


def other_last(digits: str) -> str:
    return digits[:-1] + str((int(digits[-1]) + 1) % 10)


BROKEN = {
    "adult": {"date_of_birth": lambda r: r["date_of_birth"].replace(year=2012), "job": "Cashier"},
    "old_enough_for_the_job": {"date_of_birth": lambda r: r["date_of_birth"].replace(year=1999), "job": "Judge"},
    "company_of_those_who_work": {"company": None},
    "student_is_young": {"job": "Student", "company": None},
    "retired_is_old": {"job": "Retired", "company": None},
    "email_is_reserved": {"email": lambda r: r["email"].split("@")[0] + "@mail.test"},
    "phone_is_fictional": {"phone_number": "(212) 867-5309"},
    "ssn_is_never_issued": {"ssn": "123-45-6789"},
    "card_is_a_test_card": {"credit_card_number": "4929000000000000"},
    "card_has_its_length": {"credit_card_number": "41111100000000008"},
    "card_has_its_check_digit": {"credit_card_number": lambda r: other_last(r["credit_card_number"])},
    "iban_has_its_check_digits": {"iban": lambda r: other_last(r["iban"])},
    "city_and_state_are_the_postal_codes": {"city": "Nowhere"},
    "iban_is_of_no_bank": {"iban": "DE89370400440532013000"},
    "ip_is_reserved": {"ipv4": "8.8.8.8"},
    "text_is_short": {"text": "word " * 41},
}


def test_every_rule_has_a_mutation(program):
    assert {rule for _, rule in mutation.named_rules(program, "people")} == set(BROKEN)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_row_breaks_its_rule(program, sound, tmp_path, rule):
    mutation.breaks_its_rule(program, sound, tmp_path, ("people", rule),
                             (lambda r: r["company"] and 1960 < r["date_of_birth"].year < 2000, BROKEN[rule]))
