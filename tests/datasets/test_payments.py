"""A stream of payments: shares that are met, refunds that repeat a purchase, frauds that are bursts, rules that bite."""

import datetime
import decimal

import duckdb
import pytest

import mutation


def one(lake, query):
    return lake.execute(query).fetchone()[0]


PAYMENTS = ["transaction_id", "user_id", "amount", "currency", "status", "category", "timestamp", "merchant", "payment_method"]


@pytest.fixture(scope="module")
def payments(program, tmp_path_factory):
    output = program.generate(tmp_path_factory.mktemp("payments"), rows=30_000, dataset="transactions")
    lake = duckdb.connect()
    lake.execute(f"create view payments as select * from read_parquet('{output.file('transactions')}')")
    return lake


def test_payments_have_the_columns(payments):
    names = [row[0] for row in payments.execute("describe payments").fetchall()]
    assert names[:9] == PAYMENTS
    ids = payments.execute("select transaction_id from payments").fetchall()
    assert ids[0] == ("TXN00000001",) and ids[-1] == ("TXN00030000",)
    assert one(payments, "select max(page_number) from payments") == 300
    assert one(payments, "select max(batch_number) from payments") == 30
    assert one(payments, "select count(*) from payments where not regexp_full_match(user_id, 'USER[1-9][0-9]{3}')") == 0


def test_a_user_has_one_currency(payments):
    assert one(payments, "select max(n) from (select count(distinct currency) n from payments group by user_id)") == 1
    shares = dict(payments.execute("select currency, count(*) / 30000 from payments group by 1").fetchall())
    assert 0.5 < shares["USD"] < 0.75 and set(shares) == {"USD", "EUR", "GBP", "JPY"}


def test_payments_have_their_shares(payments):
    shares = dict(payments.execute("select category, count(*) / 30000 from payments group by 1").fetchall())
    for category, share in {"food": .34, "shopping": .27, "transport": .18, "entertainment": .11, "bills": .10}.items():
        assert abs(shares[category] - share) < 0.012
    assert 0.02 < one(payments, "select avg((status = 'failed')::int) from payments") < 0.03


def test_a_yen_is_worth_little(payments):
    """What costs a dollar costs 150 yen, in every category."""
    low, high, low_yen, high_yen = payments.execute("""
        select min(amount) filter (currency != 'JPY'), max(amount) filter (currency != 'JPY'),
               min(amount) filter (currency = 'JPY'), max(amount) filter (currency = 'JPY') from payments""").fetchone()
    assert low >= 10 and high <= 5000 and low_yen >= 1500 and high_yen <= 750_000
    ratios = payments.execute("""
        select median(amount) filter (currency = 'JPY') / median(amount) filter (currency != 'JPY')
        from payments group by category""").fetchall()
    assert len(ratios) == 5 and all(120 < ratio < 180 for (ratio,) in ratios), ratios


BROKEN_PAYMENTS = {
    "amount_in_range": {"amount": 5},
    "known_currency": {"currency": "CHF"},
    "yen_are_whole": {"currency": "JPY", "amount": lambda r: r["amount"] * 0 + decimal.Decimal("1500.50")},
    "known_status": {"status": "lost"},
    "pending_is_new": {"status": "pending"},
    "merchant_fits": {"merchant": "Uber"},
    "processed_later": {"processed_at": datetime.datetime(2023, 1, 1, tzinfo=datetime.timezone.utc)},
}
# Rule: which payment, and what it becomes.
BROKEN_CASES = {
    "refund_not_above": (lambda r: r["refund_of"] and r["currency"] != "JPY", {"amount": lambda r: r["original_amount"] + 1}),
    "refund_is_later": (lambda r: r["refund_of"], {"original_timestamp": lambda r: r["timestamp"]}),
    "refund_repeats_a_purchase": (lambda r: r["refund_of"], {"user_id": lambda r: "USER1000" if r["user_id"] != "USER1000" else "USER1001"}),
    "refund_is_complete": (lambda r: r["refund_of"], {"refund_of": None}),
    "fraud_is_a_case": (lambda r: not r["is_fraud"], {"is_fraud": True, "payment_method": "credit_card"}),
    "fraud_is_by_card": (lambda r: r["is_fraud"], {"payment_method": "paypal"}),
    "case_is_of_one_user": (lambda r: r["is_fraud"], {"user_id": lambda r: "USER1000" if r["user_id"] != "USER1000" else "USER1001"}),
}


@pytest.mark.parametrize("rule", BROKEN_CASES)
def test_a_broken_case_breaks_its_rule(program, data_of, tmp_path, rule):
    mutation.breaks_its_rule(program, data_of("transactions", rows=30_000).output, tmp_path, ("transactions", rule), BROKEN_CASES[rule])


def test_every_rule_of_payments_has_a_mutation(program):
    assert {rule for _, rule in mutation.named_rules(program, "transactions")} == set(BROKEN_PAYMENTS) | set(BROKEN_CASES)


def test_refunds_repeat_a_purchase(payments):
    """Same user, merchant and means, some days later, of no more than the amount; nothing is given back twice."""
    (share,) = payments.execute("""select count(refund_of) / 30000 from payments
                                      """).fetchone()
    assert 0.009 < share < 0.014
    assert one(payments, """
        select count(*) from payments r left join payments p on r.refund_of = p.transaction_id
        where r.refund_of is not null and not (p.refund_of is null and p.status = 'completed' and not r.status = 'failed'
          and r.user_id = p.user_id and r.merchant = p.merchant and r.payment_method = p.payment_method and r.currency = p.currency
          and r.original_amount = p.amount and r.amount between 10 and p.amount and r.original_timestamp = p.timestamp
          and datediff('day', p.timestamp::date, r.timestamp::date) between 4 and 60)""") == 0
    assert one(payments, "select count(refund_of) - count(distinct refund_of) from payments") == 0
    assert 0.7 < one(payments, "select avg((amount = original_amount)::int) from payments where refund_of is not null") < 0.95


def test_frauds_are_bursts(payments):
    """Some small payments by one card within half an hour, then a large one."""
    cases = payments.execute("""
        select count(*), count(distinct user_id), count(distinct payment_method), max(fraud_case_size),
               epoch(max(timestamp) - min(timestamp)), min(transaction_id), any_value(fraud_case), max_by(category, transaction_id)
        from payments where is_fraud group by fraud_case""").fetchall()
    assert 3 <= len(cases) <= 15
    for rows, users, means, size, seconds, first, case, last in cases:
        assert rows == size and 3 <= rows <= 9 and users == means == 1 and seconds <= 1800 and first == case and last == "shopping"
    assert 0.0008 < one(payments, "select avg(is_fraud::int) from payments") < 0.0026
    assert one(payments, "select count(*) from (select timestamp < lag(timestamp) over (order by transaction_id) as back from payments) where back") == 0


@pytest.mark.parametrize("rule", BROKEN_PAYMENTS)
def test_a_broken_payment_breaks_its_rule(program, tmp_path, rule):
    output = program.generate(tmp_path / "sound", rows=500, dataset="transactions")
    data = mutation.Mutation(program, output, tmp_path / "broken")
    values = BROKEN_PAYMENTS[rule]
    if rule == "amount_in_range":
        values = {"amount": lambda r: r["amount"] * 0 + 5}
    data.change("transactions", lambda r: r["currency"] != "JPY" and r["category"] != "transport" and r["amount"] % 1
                and r["status"] == "completed" and r["timestamp"].month < 6, values)
    assert data.broken_rules() == {("transactions", rule)}
