"""A bank: balances that add up, transfers in pairs, shares that are met."""

import datetime
import hashlib
import math

import duckdb
import pyarrow.parquet as pq
import pytest

TABLES = ["branches", "customers", "account_types", "accounts", "cards", "merchants", "transactions"]
COLUMNS = {
    "branches": "branch_id branch_code branch_name address_line1 city state postal_code country phone manager_name opened_date "
                "is_active",
    "customers": "customer_id first_name last_name email phone date_of_birth ssn_masked address_line1 city state postal_code "
                 "country occupation annual_income credit_score risk_rating kyc_status home_branch_id customer_since is_active",
    "account_types": "account_type_id type_code type_name interest_rate min_balance monthly_fee",
    "accounts": "account_id account_number customer_id account_type_id branch_id currency opened_date closed_date status balance "
                "available_balance credit_limit interest_rate overdraft_enabled",
    "cards": "card_id account_id customer_id card_number_masked card_token card_type network issued_date expiry_date status "
             "daily_limit",
    "merchants": "merchant_id merchant_name mcc category city state country is_online risk_level",
    "transactions": "transaction_id account_id card_id merchant_id branch_id transaction_timestamp posted_date transaction_type "
                    "amount direction currency balance_after channel status description is_international is_fraud "
                    "related_transaction_id fraud_case_id",
}
MOVED = "case when status = 'declined' then 0 when direction = 'credit' then amount else -amount end"


def load(output) -> duckdb.DuckDBPyConnection:
    lake = duckdb.connect()
    for table in TABLES:
        lake.execute(f"create view {table} as select * from read_parquet('{output.file(table)}')")
    return lake


@pytest.fixture(scope="module")
def sound(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("finance"), rows=50_000, dataset="finance_oltp_small")


@pytest.fixture(scope="module")
def bank(sound):
    return load(sound)


def one(lake, query):
    return lake.execute(query).fetchone()[0]


@pytest.mark.parametrize("table", TABLES)
def test_has_the_columns(sound, table):
    assert set(COLUMNS[table].split()) <= set(pq.read_schema(sound.file(table)).names)


def test_rows_are_those_asked_for(bank):
    assert one(bank, "select count(*) from transactions") == 50_000


def test_balances_are_running_sums(bank):
    """Added up from nothing: every balance after a posting, and each account's balance at the end."""
    wrong = one(bank, f"""
        select count(*) from (
            select balance_after - a.opening_balance - sum({MOVED.replace('status', 't.status')})
                     over (partition by t.account_id order by transaction_id) as gap
            from transactions t join accounts a using (account_id)) where gap <> 0""")
    assert wrong == 0
    assert one(bank, f"""
        select count(*) from accounts a left join (select account_id, sum({MOVED}) as moved from transactions group by 1) t
        using (account_id) where a.balance <> a.opening_balance + coalesce(moved, 0)""") == 0


def test_transfers_come_in_pairs(bank):
    assert one(bank, "select count(*) from transactions where transaction_type = 'transfer'") > 1500
    assert one(bank, """
        select count(*) from transactions a left join transactions b on a.related_transaction_id = b.transaction_id
        where a.transaction_type = 'transfer' and (b.transaction_id is null or b.related_transaction_id <> a.transaction_id
            or a.amount <> b.amount or a.direction = b.direction or a.transaction_timestamp <> b.transaction_timestamp
            or a.account_id = b.account_id)""") == 0
    assert one(bank, f"select sum({MOVED}) from transactions where transaction_type = 'transfer'") == 0


def test_declined_ones_move_nothing(bank):
    share = one(bank, "select avg((status = 'declined')::int) from transactions")
    assert 0.004 < share < 0.035
    assert one(bank, """
        select count(*) from (select status, balance_after,
            lag(balance_after) over (partition by account_id order by transaction_id) as before from transactions)
        where status = 'declined' and before is not null and balance_after <> before""") == 0


def test_cards_belong_to_the_owner(bank):
    assert one(bank, """select count(*) from cards c join accounts a using (account_id)
                        where c.customer_id <> a.customer_id""") == 0
    assert one(bank, "select count(*) - count(distinct account_id) from cards") == 0
    assert one(bank, """select count(*) from transactions t join cards c using (card_id)
                        where t.account_id <> c.account_id""") == 0


def test_no_whole_card_number(sound):
    """Nowhere thirteen digits or more in a row, in any text."""
    for table in TABLES:
        data = pq.read_table(sound.file(table))
        for name in data.column_names:
            if str(data.schema.field(name).type) == "string":
                texts = "\n".join(text or "" for text in data[name].to_pylist())
                runs = "".join(c if c.isdigit() else " " for c in texts).split()
                assert max(map(len, runs), default=0) <= 12, (table, name)


def test_account_numbers_have_a_check_digit(bank):
    for (number,) in bank.execute("select account_number from accounts").fetchall():
        doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(number))]
        assert len(number) == 12 and sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def test_amounts_have_their_laws(bank):
    """Medians and spreads of purchases; pay on Fridays; first digits as Benford has them."""
    median, low, high = bank.execute("""select median(amount), quantile_cont(amount, .1587), quantile_cont(amount, .8413)
        from transactions where transaction_type = 'purchase' and status <> 'declined'""").fetchone()
    assert 32 < median < 45
    assert 0.8 < math.log(float(high) / float(low)) / 2 < 1.15  # Two spreads: of the amounts and of the accounts' levels.
    days = dict(bank.execute("""select dayofweek(transaction_timestamp at time zone 'America/New_York'), count(*)
        from transactions where description = 'PAYROLL DIRECT DEPOSIT' group by 1""").fetchall())
    assert set(days) == {5}
    found = dict(bank.execute("select left(ltrim(amount::text, '0.'), 1)::int, count(*) from transactions group by 1").fetchall())
    total = sum(found.values())
    gaps = [abs(found[d] / total - math.log10(1 + 1 / d)) for d in range(1, 10)]
    assert sum(gaps) / 9 < 0.025, gaps


def test_pay_and_spending_balance(bank):
    """Balances of checking accounts neither grow nor vanish: pay is sized to what is spent."""
    moved, spent = bank.execute(f"""
        select sum({MOVED}), sum(case when direction = 'debit' then amount end) from transactions t
        where account_id in (select account_id from accounts where account_type_id = 1)""").fetchone()
    assert abs(float(moved)) < 0.1 * float(spent)


def test_shares_are_met(bank):
    shares = dict(bank.execute("""select type_code, count(*) / (select count(*) from accounts)
        from accounts join account_types using (account_type_id) group by 1""").fetchall())
    for code, share in {"CHK": 0.415, "SAV": 0.255, "CC": 0.19, "MMK": 0.04, "CD": 0.04, "LOAN": 0.04, "MTG": 0.02}.items():
        assert abs(shares[code] - share) < 0.01, (code, shares[code])
    fraud, purchases = bank.execute("select sum(is_fraud::int), count(*) from transactions where card_id is not null").fetchone()
    assert 0.0008 < fraud / purchases < 0.0035


def test_frauds_are_those_of_cards_that_are_not_there_and_of_the_night(data_of):
    rows, frauds, online, night, others = data_of("finance_oltp_small", rows=300_000).ask("""
        select count(*), sum(is_fraud::int), sum((is_fraud and channel = 'online')::int),
               sum((is_fraud and hour(transaction_timestamp at time zone 'America/New_York') < 6)::int), max(is_fraud and transaction_type != 'purchase')
        from transactions""")[0]
    assert 0.001 < frauds / rows < 0.002
    assert 0.6 < online / frauds < 0.82 and 0.2 < night / frauds < 0.4
    assert not others


def test_refunds_repeat_a_purchase(bank):
    """Once, of the whole amount or of a part, by its merchant to its card, within a month."""
    share, lag, whole, part = bank.execute("""
        select count(*) / 50000, median(date_diff('day', p.transaction_timestamp, r.transaction_timestamp)),
               avg((r.amount = p.amount)::int), avg(r.amount / p.amount) filter (r.amount < p.amount)
        from transactions r join transactions p on r.related_transaction_id = p.transaction_id
        where r.transaction_type = 'refund' and r.description <> 'PROVISIONAL CREDIT FRAUD'
          and p.transaction_type = 'purchase' and p.account_id = r.account_id and p.card_id is not distinct from r.card_id
          and p.merchant_id = r.merchant_id and p.amount >= r.amount""").fetchone()
    assert 0.008 < share < 0.016 and 4 <= lag <= 10 and 0.72 < whole < 0.88 and 0.3 < part < 0.6
    assert one(bank, """select count(*) from transactions where transaction_type = 'refund'
                        and description <> 'PROVISIONAL CREDIT FRAUD'""") == round(share * 50_000)
    assert one(bank, """select max(date_diff('day', p.transaction_timestamp, r.transaction_timestamp)) from transactions r
                        join transactions p on r.related_transaction_id = p.transaction_id where r.transaction_type = 'refund'""") <= 31


def test_stolen_cards_are_tried_out_and_the_bank_gives_all_of_it_back(bank):
    cases = bank.execute("""
        select count(*), count(distinct account_id), count(distinct card_id), max(amount) = arg_max(amount, transaction_id),
               arg_max(amount, transaction_id), date_diff('second', min(transaction_timestamp), max(transaction_timestamp)),
               bool_and(is_fraud)
        from transactions where fraud_case_id is not null group by fraud_case_id""").fetchall()
    assert len(cases) >= 4
    for size, accounts, cards, is_last, amount, seconds, is_fraud in cases:
        assert 3 <= size <= 9 and accounts == cards == 1 and is_last and amount > 5 and seconds <= 1800 and is_fraud
    assert 0.3 < sum(case[0] for case in cases) / one(bank, "select count(*) from transactions where is_fraud") < 0.75
    # Those of more than ten days ago have come back, each of their payments once.
    assert one(bank, """
        select count(*) from transactions f left join transactions r on r.related_transaction_id = f.transaction_id
        where f.fraud_case_id is not null and f.transaction_timestamp < timestamptz '2024-12-20 00:00:00-05'
          and (r.amount is distinct from f.amount or r.description <> 'PROVISIONAL CREDIT FRAUD')""") == 0


def test_accounts_that_come_and_go_transfer_too(data_of):
    found = data_of("finance_oltp_small", rows=300_000).ask("""
        select count(*), count(*) filter (exists (select 1 from transactions t where t.account_id = a.account_id
                                                  and t.transaction_type = 'transfer'))
        from accounts a where a.account_type_id = 1 and (a.opened_date > date '2024-10-01' or a.closes_on is not null)""")[0]
    assert found[0] > 50 and found[1] / found[0] > 0.6


def test_branches_are_closed_at_night_and_on_holidays(bank):
    rows = bank.execute("""select transaction_timestamp at time zone 'America/New_York' from transactions
                           where channel = 'branch'""").fetchall()
    assert rows
    for (local,) in rows:
        assert 9 <= local.hour < 17 and local.isoweekday() < 6
        assert local.date() not in (datetime.date(2024, 10, 14), datetime.date(2024, 11, 11), datetime.date(2024, 11, 28),
                                    datetime.date(2024, 12, 25))


def data_files(output):
    root = output.folder / "Files"
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in root.rglob("*") if p.is_file()}


def test_a_day_alone_is_that_of_the_series(program, tmp_path):
    """Balances of a day need no day before it."""
    common = ["--dataset-id", "finance_oltp_incremental", "--scale-factor", "0.01", "--output-mode", "parquet"]
    series = program.run("generate-series", *common, "--output", tmp_path / "series",
                         "--start-date", "2024-03-01", "--end-date", "2024-03-06")
    assert series.returncode == 0, series.stderr
    alone = program.run("generate-incremental", *common, "--output", tmp_path / "alone", "--date", "2024-03-05")
    assert alone.returncode == 0, alone.stderr
    found = {p.name: p for p in (tmp_path / "alone").rglob("*") if p.is_file() and "transactions" in str(p) and p.suffix == ".parquet"}
    assert found
    for path in found.values():
        twin = tmp_path / "series" / path.relative_to(tmp_path / "alone")
        assert twin.read_bytes() == path.read_bytes()


def test_validate_finds_nothing_in_days(program, tmp_path):
    words = ["--dataset-id", "finance_oltp_incremental", "--scale-factor", "0.02", "--output-mode", "parquet"]
    done = program.run("generate-series", *words, "--output", tmp_path, "--start-date", "2024-01-01", "--end-date", "2024-01-12")
    assert done.returncode == 0, done.stderr
    done = program.run("validate", tmp_path, "--dataset-id", "finance_oltp_incremental")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "balances_add_up" not in done.stdout


def test_too_small_a_target_is_an_error(program, tmp_path):
    done = program.run("generate", "finance_oltp", "--target-rows", 5, "--output", tmp_path)
    assert done.returncode == 2
    assert "the accounts alone have more postings than that" in done.stderr


def test_accounts_open_and_close_in_the_ledger(bank):
    """Nothing before the first day, nothing after the last, which leaves nothing."""
    opened, closed = (f"select * from accounts where {column} >= date '2024-10-01'" for column in ("opened_date", "closed_date"))
    posted = """(select account_id, (transaction_timestamp at time zone 'America/New_York')::date as day, * exclude (account_id)
                 from transactions) t"""
    for accounts, share in ((opened, 0.024), (closed, 0.016)):
        assert abs(one(bank, f"select count(*) from ({accounts})") / one(bank, "select count(*) from accounts") - share) < 0.003
    assert one(bank, f"""select count(*) from {posted} join accounts a using (account_id)
                          where t.day < a.opened_date or t.day > a.closed_date""") == 0
    assert bank.execute(f"""
        select count(*), sum((a.opening_balance <> 0 or first.day <> a.opened_date or first.description <> 'ACCOUNT OPENING DEPOSIT'
                              or first.balance_after <> first.amount)::int)
        from ({opened}) a left join (select arg_min(t, transaction_id) as first, account_id from {posted} group by 2) using (account_id)
        """).fetchone()[1] == 0
    assert bank.execute(f"""
        select count(*), sum((a.status <> 'closed' or a.balance <> 0 or last.day <> a.closed_date or last.balance_after <> 0
                              or last.description <> 'ACCOUNT CLOSING BALANCE')::int), min(a.opening_balance)
        from ({closed}) a left join (select arg_max(t, transaction_id) as last, account_id from {posted} group by 2) using (account_id)
        """).fetchone()[1] == 0
    assert one(bank, f"select min(opening_balance) from ({closed})") > 0


def test_a_closing_account_is_open_until_then(program, tmp_path):
    """As of a day in the middle: accounts of later days are pending, and those that close later are active."""
    done = program.run("generate", "finance_oltp_small", "--target-rows", 20_000, "--as-of", "2024-11-15", "--tables", "accounts",
                       "--output", tmp_path, "--output-mode", "parquet", "--quiet")
    assert done.returncode == 0, done.stderr
    found = dict(duckdb.sql(f"""
        select status, max(opened_date > date '2024-11-15') or max(closed_date > date '2024-11-15')
        from read_parquet('{tmp_path}/**/*.parquet') group by 1""").fetchall())
    assert found == {"active": None, "dormant": None, "closed": False, "pending": True} or set(found) == {"active", "dormant", "closed", "pending"}


def test_customers_move_house(program, tmp_path):
    """The star has their versions, and each fact names the one of its day."""
    output = program.generate(tmp_path, rows=20_000, dataset="finance_star_small")
    lake = duckdb.connect()
    for table in ("dim_customer", "dim_account", "fact_transactions"):
        lake.execute(f"create view {table} as select * from read_parquet('{output.file(table)}')")
    assert one(lake, "select count(*) from dim_customer where version > 1") > 2
    assert one(lake, """select count(*) from fact_transactions f join dim_customer c using (customer_key)
        where strptime(f.date_key::text, '%Y%m%d')::date not between c.effective_date and c.expiry_date - 1
           or c.customer_id <> f.customer_id""") == 0
    assert one(lake, "select count(*) from fact_transactions join dim_customer using (customer_key) where not is_current") > 5
    assert one(lake, "select count(*) from dim_account join dim_customer using (customer_key) where not is_current") == 0


def test_income_goes_with_the_job_and_the_age(program, tmp_path):
    output = program.generate(tmp_path, "--tables", "customers", rows=2_000_000, dataset="finance_oltp_large")
    lake = duckdb.connect()
    lake.execute(f"""create view people as select c.*, "pay:decimal(2)" as pay, 2024 - year(date_of_birth) as age
        from read_parquet('{output.file("customers")}') c left join read_csv('{program.vocab}/occupations.csv', header = true) o
        on o.name = c.occupation""")
    assert one(lake, "select count(*) from people where pay is null and occupation not in ('Retired', 'Student')") == 0
    medians = [one(lake, f"select median(annual_income) from people where {which}")
               for which in ("occupation = 'Student'", "pay < 0.7", "pay between 0.7 and 1.2", "pay between 1.2 and 1.5", "pay between 1.5 and 2.5",
                             "pay > 3")]
    assert medians == sorted(medians) and medians[5] > 4 * medians[1]
    young, grown = (one(lake, f"select median(annual_income::double) from people where pay < 1 and age {which}") for which in ("< 25", "> 40"))
    assert grown > 1.3 * young
    # Of all: Census 2023, about 47,000 at the median; FICO scores go with it by about 0.35.
    assert 40_000 < one(lake, "select median(annual_income) from people") < 54_000
    assert 0.25 < one(lake, "select corr(ln(annual_income), credit_score) from people") < 0.45
