"""Nothing in any dataset can belong to anybody: e-mail addresses, telephones, networks, cards and numbers are of ranges kept for tests.
And every dataset is complete: keys once and never null, references that resolve, no null where the schema has none."""

import ipaddress
import json
import re

import pytest

# One of each family, small; those without target rows by their scale or days.
SIZES = {
    "retail_oltp_small": {"rows": 2000}, "retail_star_large": {"rows": 4000}, "finance_oltp_small": {"rows": 5000},
    "finance_star_small": {"rows": 5000}, "ecommerce_dw": {"rows": 1000}, "ecommerce_star_large": {"rows": 10_000},
    "ecommerce_star_incremental": {"words": ("--scale-factor", 0.00002)}, "healthcare_oltp_small": {"rows": 3000},
    "ecommerce": {"words": ("--scale-factor", 0.0002)}, "people": {"rows": 3000}, "transactions": {"rows": 2000},
    "market_ohlcv_m15": {}, "market_quotes": {"words": ("--set", "symbols=3")}, "sensors": {"words": ("--set", "n_devices=3")},
    "weather": {}, "ecommerce_nested": {"rows": 1000},
}
SAFE_HOSTS = ("example.com", "example.org", "example.net", ".example")
# Where a visitor came from: search engines and networks that everybody has, no page of anybody.
REFERRERS = {"www.google.com", "www.bing.com", "duckduckgo.com", "www.instagram.com", "www.facebook.com", "www.tiktok.com",
             "www.pinterest.com", "www.reddit.com"}
NETWORKS = [ipaddress.ip_network(n) for n in ("198.18.0.0/15", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "100.64.0.0/10")]
TEST_BINS = ("411111", "424242", "400005", "401288", "555555", "510510", "520082", "222300", "378282", "371449", "601111", "601100")


def luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_test_card(text: str) -> bool:
    return not luhn(text) or text.startswith(TEST_BINS)


# A whole text of this form is sound only if the function says so.
FORMS = {
    r"[^@\s]+@([^@\s]+\.[^@\s]+)": lambda m: m[1].endswith(SAFE_HOSTS),
    r"https?://([^/]+)(/.*)?": lambda m: m[1].endswith(SAFE_HOSTS) or (m[1] in REFERRERS and m[2] == "/"),
    r"(?:\+1[ -.]?)?\(?\d{3}\)?[ -.]?(\d{3})[ -.]?(\d{4})(?: ?x\d+)?": lambda m: m[1] == "555" and m[2].startswith("01"),
    r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}": lambda m: any(ipaddress.ip_address(m[0]) in n for n in NETWORKS),
    r"(\d{3})-(\d{2})-(\d{4})": lambda m: m[1] >= "900" and "01" <= m[2] <= "49",
    r"\d{13,19}": lambda m: is_test_card(m[0]),
    r"\d{6}\*+\d{4}": lambda m: m[0].startswith(TEST_BINS),
    r"[A-Z]{2}\d{2}([A-Z0-9]{11,30})": lambda m: set(m[1][:4]) == {"0"},
    r"(\d{5})-\d{4}-\d{2}": lambda m: m[1] == "99999",
}
# Digits that are no telephone, whatever their form.
NOT_A_TELEPHONE = {"npi"}


@pytest.fixture(params=SIZES)
def data(request, data_of):
    size = SIZES[request.param]
    return data_of(request.param, *size.get("words", ()), rows=size.get("rows"))


def texts_in(value):
    """The texts of a value, also those inside of structs and lists."""
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner)
    elif isinstance(value, str):
        yield value


def texts(data):
    """(table, column, a value) of all distinct texts."""
    for table in data.tables:
        for column, kind, *_ in data.ask(f"describe {table}"):
            if "VARCHAR" in kind and column not in NOT_A_TELEPHONE:
                for (value,) in data.ask(f'select distinct "{column}" from {table} where "{column}" is not null'):
                    yield from ((table, column, text) for text in texts_in(value))


def test_texts_are_of_ranges_for_tests(data):
    wrong = []
    for table, column, value in texts(data):
        for form, sound in FORMS.items():
            found = re.fullmatch(form, value)
            if found and not sound(found):
                wrong.append((table, column, value))
    assert wrong == []


@pytest.mark.parametrize("text, expected", [
    ("jo@example.org", []), ("jo@gmail.com", ["jo@gmail.com"]), ("(212) 555-0142", []), ("(212) 867-5309", ["(212) 867-5309"]),
    ("4929000000000001", []), ("4539578763621486", ["4539578763621486"]), ("198.19.3.4", []), ("8.8.8.8", ["8.8.8.8"]),
    ("123-45-6789", ["123-45-6789"]), ("https://shop.example/p/1", []), ("https://www.google.com/search?q=jo", [
        "https://www.google.com/search?q=jo"]), ("00002-1433-80", ["00002-1433-80"])])
def test_what_is_somebodys_is_found(text, expected):
    assert [text for form, sound in FORMS.items() if (m := re.fullmatch(form, text)) and not sound(m)] == expected


def test_npis_have_their_check_digit_and_are_nobodys(data_of):
    npis = [n for (n,) in data_of("healthcare_oltp_small", rows=3000).ask("select npi from providers")]
    assert npis and all(luhn("80840" + n) and n.startswith("2") and len(n) == 10 for n in npis)


def test_is_complete(program, data):
    """The thresholds of a data-quality checker, with nothing let through."""
    described = json.loads(program.run("describe", data.output.dataset, "--json").stdout)
    for table in described["tables"]:
        name = table["table_name"]
        for column in table["columns"]:
            field = f'"{column["name"]}"'
            nulls = data.value(f"select count(*) - count({field}) from {name}")
            assert column["nullable"] or nulls == 0, (name, field)
            if column["primary_key"]:
                assert data.value(f"select count(*) - count(distinct {field}) from {name}") == 0, (name, field)
            if "foreign_key" in column:
                other, key = column["foreign_key"]["table"], column["foreign_key"]["column"]
                assert data.value(f'select count(*) from {name} where {field} is not null and {field} not in '
                                  f'(select "{key}" from {other})') == 0, (name, field)


def test_thresholds_of_the_warehouse(data_of):
    """What the checker of the warehouse's loader asks, with no violation instead of its few percent."""
    data = data_of("ecommerce_dw", rows=1000)
    email, phone = r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$", r"^\(?\d{3}\)?[ -.]?\d{3}[ -.]?\d{4}$"
    for table, condition in {
        "customers": f"email is null or registration_date is null or not regexp_matches(email, '{email}') "
                     f"or not regexp_matches(phone, '{phone}') or datediff('year', date_of_birth, date '2024-12-31') not between 13 and 120",
        "products": "price <= 0 or price >= 10000 or cost <= 0 or not regexp_matches(sku, '^SKU[0-9]{6}$') or product_name is null "
                    "or stock_quantity < 0",
        "orders": "abs(total_amount - (subtotal + tax_amount + shipping_cost - discount_amount)) >= 0.01 or total_amount <= 0 "
                  "or order_date < timestamptz '2020-01-01' or order_date >= timestamptz '2025-01-01'",
        "order_items": "abs(line_total - quantity * unit_price) >= 0.01 or quantity not between 1 and 100",
    }.items():
        assert data.value(f"select count(*) from {table}") >= 50
        assert data.value(f"select count(*) from {table} where {condition}") == 0, table
