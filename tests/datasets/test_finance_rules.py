"""Each named rule of the bank finds the row that breaks it."""

import datetime

import pytest

from mutation import ANY, Mutation, breaks_its_rule, named_rules, nobodys


def came_and_went(row):
    return row["closed_date"] is not None and row["closed_date"] > datetime.date(2024, 10, 1)


def is_refund(row):
    return row["transaction_type"] == "refund" and row["merchant_id"] is not None


def is_tried_out(row):
    return row["fraud_case_id"] is not None and row["fraud_case_id"] != row["transaction_id"]


YEAR = datetime.timedelta(days=365)
# Rule, with its table where several have it: (table, which row, what it becomes).
BROKEN = {
    **{f"{table}.{rule}": (table, *change) for (table, rule), change in (
        nobodys("branches", "phone", "city") | nobodys("customers", "phone", "city")).items()},
    "risk_follows_from_the_score": ("customers", lambda r: r["risk_rating"] == "low", {"risk_rating": "high"}),
    "number_has_its_check_digit": ("accounts", ANY, {"account_number": lambda r: r["account_number"][:-1] + str((int(r["account_number"][-1]) + 1) % 10)}),
    "adult_at_joining": ("customers", ANY, {"date_of_birth": lambda r: r["customer_since"] - 10 * YEAR, "occupation": "Cashier"}),
    "old_enough_for_the_job": ("customers", lambda r: r["date_of_birth"].year > 1990, {"occupation": "Judge"}),
    "credit_score_in_range": ("customers", lambda r: r["risk_rating"] == "high", {"credit_score": 200}),
    "ssn_shows_four_digits": ("customers", ANY, {"ssn_masked": "123-45-6789"}),
    "email_is_reserved": ("customers", ANY, {"email": lambda r: r["email"].split("@")[0] + "@mail.test"}),
    "known_code": ("account_types", lambda r: r["type_code"] == "MMK", {"type_code": "XXX"}),
    "opened_after_joining": ("accounts", lambda r: r["status"] == "dormant", {"opened_date": datetime.date(2000, 1, 1)}),
    "closed_has_a_date": ("accounts", lambda r: r["status"] == "closed", {"closed_date": None}),
    "closed_after_opened": ("accounts", lambda r: r["status"] == "closed", {"closed_date": datetime.date(1999, 1, 1)}),
    "closed_is_empty": ("accounts", lambda r: r["status"] == "closed", {"balance": lambda r: r["balance"] + 1}),
    "limit_only_for_credit_cards": ("accounts", lambda r: r["account_type_id"] == 5, {"credit_limit": None}),
    "available_not_negative": ("accounts", lambda r: r["status"] == "dormant", {"available_balance": lambda r: -r["available_balance"] - 1}),
    "issued_after_opening": ("cards", ANY, {"issued_date": lambda r: r["issued_date"] - 25 * YEAR,
                                                        "expiry_date": lambda r: r["expiry_date"] - 25 * YEAR}),
    "expires_in_three_to_five_years": ("cards", ANY, {"expiry_date": lambda r: r["expiry_date"] + 4 * YEAR}),
    "number_is_masked": ("cards", lambda r: r["network"] == "Visa",
                         {"card_number_masked": lambda r: r["card_number_masked"].replace("*", "0")}),
    "test_bin_only": ("cards", lambda r: r["network"] == "Visa", {"card_number_masked": "492900******1234"}),
    "credit_cards_of_credit_accounts": ("cards", lambda r: r["card_type"] == "debit", {"card_type": "credit"}),
    "place_unless_online": ("merchants", lambda r: not r["is_online"], {"city": None}),
    "mcc_has_four_digits": ("merchants", ANY, {"mcc": "54"}),
    "known_direction": ("transactions", lambda r: r["status"] == "declined", {"direction": "sideways"}),
    "pending_is_posted_later": ("transactions", lambda r: r["channel"] == "atm", {"status": "pending"}),
    "posted_after_it_happened": ("transactions", lambda r: r["status"] == "posted", {"posted_date": datetime.date(2024, 9, 2)}),
    "declined_is_never_posted": ("transactions", lambda r: r["status"] == "declined", {"posted_date": datetime.date(2024, 12, 31)}),
    "branch_only_at_the_counter": ("transactions", lambda r: r["channel"] == "branch", {"branch_id": None}),
    "purchases_have_a_merchant": ("transactions", lambda r: r["transaction_type"] == "purchase", {"merchant_id": None}),
    "one_currency": ("transactions", ANY, {"currency": "EUR"}),
    "transfers_come_in_pairs": ("transactions", lambda r: r["transaction_type"] == "fee", {"transaction_type": "transfer"}),
    "refund_is_later": ("transactions", is_refund, {"transaction_timestamp": datetime.datetime(2024, 10, 1, 5, tzinfo=datetime.timezone.utc)}),
    "refund_by_its_merchant": ("transactions", is_refund, {"merchant_id": lambda r: r["merchant_id"] % 9 + 1}),
    "fraud_case_within_half_an_hour": ("transactions", is_tried_out,
                                       {"transaction_timestamp": lambda r: r["transaction_timestamp"] + datetime.timedelta(hours=1)}),
}
# A broken row of these shows in its neighbours, or breaks what follows from it, too.
SEVERAL = {
    "fraud_case_is_fraud": ("transactions", lambda r: is_tried_out(r) and r["status"] == "reversed", {"is_fraud": False}, {"reversed_is_fraud"}),
    "reversed_is_fraud": ("transactions", lambda r: r["transaction_type"] == "purchase" and r["status"] == "posted" and not r["is_fraud"],
                          {"status": "reversed"}, {"reversed_is_given_back"}),
    "reversed_is_given_back": ("transactions", lambda r: r["status"] == "reversed", {"amount": lambda r: r["amount"] + 1},
                               {"sides_are_equal", "balances_add_up"}),
    "belongs_to_the_owner": ("cards", ANY, {"customer_id": lambda r: r["customer_id"] % 9 + 1}, set()),
    "balances_add_up": ("transactions", lambda r: r["transaction_type"] == "fee", {"balance_after": lambda r: r["balance_after"] + 1}, set()),
    "amount_is_positive": ("transactions", lambda r: r["status"] == "declined", {"amount": lambda r: -r["amount"]}, set()),
    "sides_are_equal": ("transactions", lambda r: r["transaction_type"] == "transfer", {"amount": lambda r: r["amount"] + 1},
                        {"balances_add_up"}),
    "sides_are_opposite": ("transactions", lambda r: r["transaction_type"] == "transfer", {"direction": lambda r: "credit" if r["direction"] == "debit" else "debit"},
                           {"balances_add_up"}),
    "sides_at_one_instant": ("transactions", lambda r: r["transaction_type"] == "transfer" and r["direction"] == "debit",
                             {"transaction_timestamp": lambda r: r["transaction_timestamp"] - datetime.timedelta(microseconds=1)}, set()),
    "sides_of_two_accounts": ("transactions", lambda r: r["transaction_type"] == "transfer",
                              {"related_transaction_id": lambda r: r["transaction_id"]}, {"sides_are_opposite", "refunded_once"}),
    "refund_is_of_a_purchase": ("transactions", is_refund, {"related_transaction_id": lambda r: r["transaction_id"]},
                                {"sides_are_opposite", "refund_is_later"}),
    "refund_not_above_its_purchase": ("transactions", is_refund, {"amount": lambda r: r["amount"] + 100_000}, {"balances_add_up"}),
    "refunded_once": ("transactions", lambda r: r["transaction_type"] == "transfer" and r["direction"] == "debit",
                      {"related_transaction_id": lambda r: r["related_transaction_id"] - 1}, {"sides_are_opposite", "sides_of_two_accounts"}),
    "fraud_case_is_of_one_card": ("transactions", is_tried_out, {"card_id": lambda r: r["card_id"] % 9 + 1}, {"card_of_the_account"}),
    "card_of_the_account": ("transactions", lambda r: r["card_id"] and r["status"] == "posted", {"card_id": lambda r: r["card_id"] % 9 + 1}, set()),
    "after_the_account_was_opened": ("accounts", lambda r: r["account_type_id"] == 1 and r["status"] == "active",
                                     {"opened_date": datetime.date(2024, 12, 15)}, {"issued_after_opening"}),
    "account_is_in_use": ("accounts", lambda r: r["account_type_id"] == 1 and r["status"] == "active", {"is_dormant": True}, set()),
    "before_the_account_was_closed": ("accounts", came_and_went, {"closes_on": lambda r: r["closes_on"] - datetime.timedelta(1)}, set()),
    "closes_after_opening": ("accounts", came_and_went, {"closes_on": lambda r: r["opened_date"]}, {"before_the_account_was_closed"}),
    "opens_with_a_deposit": ("accounts", lambda r: r["opened_date"] > datetime.date(2024, 10, 1),
                             {"opened_date": lambda r: r["opened_date"] - datetime.timedelta(1)}, set()),
    "closing_leaves_nothing": ("transactions", lambda r: r["description"] == "ACCOUNT CLOSING BALANCE",
                               {"balance_after": lambda r: r["balance_after"] + 1}, {"balances_add_up"}),
}


def test_every_rule_has_a_mutation(program):
    rules = named_rules(program, "finance_oltp_small")
    names = [rule for _, rule in rules]
    assert {f"{table}.{rule}" if names.count(rule) > 1 else rule for table, rule in rules} == set(BROKEN) | set(SEVERAL)


@pytest.fixture(scope="module")
def few(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("few"), rows=6000, dataset="finance_oltp_small")


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_row_breaks_its_rule(program, few, tmp_path, rule):
    table, *change = BROKEN[rule]
    breaks_its_rule(program, few, tmp_path, (table, rule.split(".")[-1]), change)


@pytest.mark.parametrize("rule", SEVERAL)
def test_a_broken_row_breaks_its_rule_and_what_follows(program, few, tmp_path, rule):
    table, which, values, others = SEVERAL[rule]
    data = Mutation(program, few, tmp_path)
    data.change(table, which, values)
    assert {name for _, name in data.broken_rules()} == {rule} | others
