"""A group practice: visits that do not overlap, codes that fit their patients, money to the cent, rules that bite."""

import datetime
import decimal

import duckdb
import pytest

import mutation
from mutation import ANY

DATASET = "healthcare_oltp_small"
ROWS = 4000
TABLES = ["patients", "providers", "provider_days", "appointments", "diagnoses", "prescriptions", "procedures"]
COLUMNS = {
    "patients": "patient_id mrn first_name last_name date_of_birth gender blood_type race_ethnicity address_line1 city state "
                "postal_code phone email insurance_provider insurance_member_id primary_provider_id registration_date "
                "deceased_flag",
    "providers": "provider_id npi first_name last_name specialty department license_number license_state years_experience "
                 "phone email hire_date is_active",
    "appointments": "appointment_id patient_id provider_id scheduled_at duration_minutes appointment_type status check_in_at "
                    "check_out_at reason location copay_amount",
    "diagnoses": "diagnosis_id appointment_id patient_id provider_id icd10_code description diagnosis_type severity "
                 "diagnosed_date is_chronic resolved_date",
    "prescriptions": "prescription_id appointment_id patient_id provider_id diagnosis_id medication_name ndc_code dosage "
                     "frequency route quantity refills start_date end_date status",
    "procedures": "procedure_id appointment_id patient_id provider_id cpt_code description procedure_date duration_minutes "
                  "cost insurance_covered_amount patient_responsibility outcome",
}


@pytest.fixture(scope="module")
def sound(program, tmp_path_factory):
    return program.generate(tmp_path_factory.mktemp("clinic"), rows=ROWS, dataset=DATASET)


@pytest.fixture(scope="module")
def clinic(program, sound):
    con = duckdb.connect()
    con.execute("set TimeZone = 'America/New_York'")
    for table in TABLES:
        con.execute(f"create view {table} as select * from '{sound.file(table)}'")
    con.execute(f"create view codes as select * from read_csv('{program.vocab}/diagnoses.csv', header = false, skip = 1, "
                "names = ['code', 'text', 'topic', 'specialty', 'is_chronic', 'age_low', 'age_high', 'sex', 'women', 'men'])")
    return con


def one(con, query):
    return con.execute(query).fetchone()


def test_has_the_columns(clinic):
    for table, columns in COLUMNS.items():
        found = {row[0] for row in clinic.execute(f"describe {table}").fetchall()}
        assert set(columns.split()) <= found, table
    assert one(clinic, "select count(*) from appointments") == (ROWS,)


def test_keys_resolve(clinic):
    for table, column, other in (("patients", "primary_provider_id", "providers"), ("appointments", "patient_id", "patients"),
                                 ("appointments", "provider_id", "providers"), ("diagnoses", "appointment_id", "appointments"),
                                 ("diagnoses", "patient_id", "patients"), ("prescriptions", "diagnosis_id", "diagnoses"),
                                 ("prescriptions", "provider_id", "providers"), ("procedures", "diagnosis_id", "diagnoses"),
                                 ("procedures", "appointment_id", "appointments")):
        key = {"providers": "provider_id", "patients": "patient_id", "appointments": "appointment_id",
               "diagnoses": "diagnosis_id"}[other]
        assert one(clinic, f"select count(*) from {table} anti join {other} on {table}.{column} = {other}.{key}")[0] == 0


def test_no_two_visits_of_a_provider_overlap(clinic):
    assert one(clinic, """
        select count(*) from (select scheduled_at < lag(scheduled_at + to_minutes(duration_minutes)) over
            (partition by provider_id order by scheduled_at) as too_early from appointments) where too_early""")[0] == 0
    assert one(clinic, """select count(*) from appointments where dayofweek(scheduled_at) in (0, 6) or hour(scheduled_at) < 8
                          or hour(scheduled_at + to_minutes(duration_minutes - 1)) >= 18""")[0] == 0


def test_npi_has_its_check_digit(clinic):
    for (npi,) in clinic.execute("select npi from providers").fetchall():
        digits = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed("80840" + npi))]
        assert sum(d - 9 if d > 9 else d for d in digits) % 10 == 0 and npi[0] == "2"


def test_codes_fit_age_and_sex(clinic):
    wrong, known, rows = one(clinic, """
        select count(*) filter (date_sub('year', date_of_birth, diagnosed_date) not between age_low and age_high
                                or sex not in ('any', left(gender, 1))), count(c.code), count(*)
        from diagnoses d join patients using (patient_id) left join codes c on c.code = d.icd10_code""")
    assert wrong == 0 and known == rows
    assert one(clinic, "select count(distinct icd10_code) from diagnoses")[0] > 60


def test_only_completed_visits_have_diagnoses(clinic):
    assert one(clinic, """select count(*) from appointments left join (select distinct appointment_id, true as has from diagnoses)
                          using (appointment_id) where (status = 'completed') != coalesce(has, false)""")[0] == 0
    completed = one(clinic, "select avg((status = 'completed')::int) from appointments")[0]
    assert 0.79 < completed < 0.85


def test_patients_keep_their_conditions(clinic):
    again, patients = one(clinic, """
        select count(*) filter (n > 1), count(*) from (
            select patient_id, icd10_code, count(*) n, max(visits) v from diagnoses
            join (select patient_id, count(*) visits from appointments group by 1) using (patient_id)
            where is_chronic group by all) where v >= 8""")
    assert again / patients > 0.6
    assert one(clinic, """select max(n) from (select count(distinct icd10_code) n from diagnoses where is_chronic
                          group by patient_id)""")[0] <= 3


def test_medications_are_for_the_diagnosis(clinic, program):
    assert one(clinic, f"""
        select count(*) from prescriptions p join diagnoses d using (diagnosis_id) where medication_name != 'acetaminophen'
        and not exists (from read_csv('{program.vocab}/medications.csv', header = true) m
                        where m.code = d.icd10_code and m.medication = p.medication_name and m.strength = p.dosage)""")[0] == 0
    assert one(clinic, "select avg((medication_name = 'acetaminophen')::int) < 0.2 from prescriptions")[0]


def test_quantities_are_those_of_the_directions(clinic):
    """Tablets and capsules of a fill are as many as are taken in its days."""
    a_day = {"once daily": 1, "twice daily": 2, "three times a day as needed": 3, "four times a day": 4, "every 6 hours as needed": 4}
    wrong, kinds = one(clinic, f"""
        select count(*) filter (quantity != n * (end_date - start_date) / (1 + refills)), count(distinct frequency)
        from prescriptions join (select unnest({list(a_day)}) as frequency, unnest({list(a_day.values())}) as n) using (frequency)
        where regexp_matches(form, '(tablet|capsule)$')""")
    assert wrong == 0 and kinds == len(a_day)
    weekly = "select min(quantity * 7 - (end_date - start_date) / (1 + refills)) between 0 and 6 from prescriptions " \
             "where frequency = 'once a week' and form != 'pen'"
    assert one(clinic, weekly)[0]
    assert one(clinic, "select count(*) from prescriptions where contains(dosage, ' ') and dosage similar to '[0-9./]+ [0-9./]+'")[0] == 0


def test_races_fit_last_names(clinic):
    """As the surnames of the census of 2010 do; the whole is as the country's residents are."""
    asian, hispanic, of_all = one(clinic, """
        select avg((race_ethnicity = 'Asian')::int) filter (last_name in ('Nguyen', 'Tran', 'Kim', 'Patel', 'Chen', 'Wang')),
               avg((race_ethnicity = 'Hispanic or Latino')::int) filter (last_name in ('Garcia', 'Martinez', 'Lopez', 'Perez')),
               avg((race_ethnicity = 'Hispanic or Latino')::int) from patients""")
    assert asian > 0.7 and hispanic > 0.75 and 0.15 < of_all < 0.24


def test_costs_are_split_exactly(clinic):
    assert one(clinic, """select count(*) from procedures
                          where insurance_covered_amount + patient_responsibility != cost or patient_responsibility < 0""")[0] == 0


def test_procedures_are_for_the_diagnosis(clinic, program):
    wrong, kinds, general = one(clinic, f"""
        select count(*) filter (not contains(k.fields, '|' || if(a.appointment_type = 'telehealth', 'video', v.field) || '|')),
               count(distinct p.cpt_code), avg((p.cpt_code in ('G0463', 'G2211'))::int)
        from procedures p join diagnoses d using (diagnosis_id) join appointments a on a.appointment_id = p.appointment_id
        join read_csv('{program.vocab}/procedures.csv', header = true) k on k.code = p.cpt_code
        join read_csv('{program.vocab}/diagnoses.csv', header = true) v on v.code = d.icd10_code""")
    assert wrong == 0 and kinds > 30 and general < 0.5


def test_influenza_comes_in_winter(clinic):
    influenza, others = one(clinic, """
        select avg((month(diagnosed_date) in (12, 1, 2))::int) filter (icd10_code = 'J10.1'),
               avg((month(diagnosed_date) in (12, 1, 2))::int) filter (icd10_code like 'M%') from diagnoses""")
    assert influenza > 0.6 and others < 0.3


def test_the_young_miss_more_visits_than_the_old(clinic):
    young, old = one(clinic, """select avg((status = 'no_show')::int) filter (patient_age < 30),
                                       avg((status = 'no_show')::int) filter (patient_age >= 65) from appointments""")
    assert 1.5 < young / old < 3


HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def cents(column):
    return {column: mutation.plus(column, "0.01")}


def done(row):
    return row["status"] == "completed"


BROKEN = {
    ("patients", "born_before_registration"): (ANY, {"date_of_birth": lambda r: r["registration_date"] + DAY}),
    ("patients", "of_an_age"): (ANY, {"date_of_birth": datetime.date(1900, 1, 1)}),
    ("patients", "medicare_is_for_seniors"): (
        lambda r: r["date_of_birth"].year > 1990 and r["insurance_member_id"], {"insurance_provider": "Medicare"}),
    ("patients", "member_of_an_insurance"): (lambda r: r["insurance_member_id"], {"insurance_member_id": None}),
    **mutation.nobodys("patients", "email", "phone", "city"), **mutation.nobodys("providers", "email", "phone"),
    ("providers", "npi_has_its_check_digit"): (ANY, {"npi": lambda r: r["npi"][:-1] + str((int(r["npi"][-1]) + 1) % 10)}),
    ("providers", "npi_has_ten_digits"): (ANY, {"npi": "1234567893"}),
    ("providers", "experienced"): (ANY, {"years_experience": 60}),
    ("providers", "hired_before_the_window"): (ANY, {"hire_date": datetime.date(2024, 1, 1)}),
    ("provider_days", "one_a_day"): (lambda r: r["provider_id"] == 2, {"provider_id": 1}),
    ("provider_days", "at_most_ten_visits"): (ANY, {"visits": 11}),
    ("appointments", "after_registration"): None,
    ("appointments", "on_a_weekday"): None,
    ("appointments", "age_and_sex_are_the_patients"): (lambda r: r["patient_age"] == 50 and not done(r), {"patient_age": 51}),
    ("appointments", "in_office_hours"): (ANY, {"scheduled_at": lambda r: r["scheduled_at"].replace(hour=10)}),
    ("appointments", "on_the_providers_day"): (ANY, {"scheduled_at": lambda r: r["scheduled_at"] + 7 * DAY}),
    ("appointments", "one_visit_at_a_time"): None,
    ("appointments", "completed_means_diagnoses"): (
        lambda r: not done(r), {"status": "completed", "check_in_at": lambda r: r["scheduled_at"],
                                "check_out_at": lambda r: r["scheduled_at"] + HOUR}),
    ("appointments", "seen_when_completed"): (done, {"check_in_at": None}),
    ("appointments", "out_after_in"): (done, {"check_out_at": lambda r: r["check_in_at"] - HOUR}),
    ("appointments", "no_copay_without_a_visit"): (lambda r: not done(r), cents("copay_amount")),
    ("diagnoses", "only_from_completed_visits"): None,
    ("diagnoses", "patient_is_the_visits"): None,
    ("diagnoses", "code_is_known"): (ANY, {"description": "a broken heart"}),
    ("diagnoses", "code_fits_the_age"): None,
    ("diagnoses", "code_fits_the_sex"): None,
    ("diagnoses", "chronic_does_not_resolve"): (
        lambda r: r["is_chronic"], {"resolved_date": lambda r: r["diagnosed_date"] + DAY}),
    ("diagnoses", "resolved_later"): (
        lambda r: r["resolved_date"], {"resolved_date": lambda r: r["diagnosed_date"] - DAY}),
    ("diagnoses", "one_code_a_visit"): None,
    ("prescriptions", "of_the_diagnosis"): (ANY, {"appointment_id": lambda r: r["appointment_id"] + 1}),
    ("prescriptions", "ends_after_start"): (ANY, {"end_date": lambda r: r["start_date"] - DAY}),
    ("prescriptions", "few_refills"): (lambda r: r["schedule"] != "C-II", {"refills": 6}),
    ("prescriptions", "no_refills_of_schedule_two"): (lambda r: r["refills"] == 1, {"schedule": "C-II"}),
    ("prescriptions", "nobodys_labeler"): (ANY, {"ndc_code": "00002-1433-80"}),
    ("prescriptions", "starts_at_the_visit"): (ANY, {"start_date": lambda r: r["start_date"] - DAY}),
    ("procedures", "of_the_diagnosis"): (ANY, {"appointment_id": lambda r: r["appointment_id"] + 1}),
    ("procedures", "cost_is_split_exactly"): (ANY, cents("patient_responsibility")),
    ("procedures", "covered_at_most_the_cost"): (
        ANY, {"insurance_covered_amount": lambda r: r["cost"] + 1, "patient_responsibility": decimal.Decimal("-1.00")}),
    ("procedures", "cost_positive"): (
        ANY, {"cost": decimal.Decimal(0), "insurance_covered_amount": decimal.Decimal(0),
              "patient_responsibility": decimal.Decimal(0)}),
    ("procedures", "procedure_fits_the_age"): None,
    ("procedures", "procedure_is_for_the_diagnosis"): (lambda r: r["cpt_code"] == "4A02X4Z", {"cpt_code": "J7613"}),
    ("procedures", "at_the_visit"): (ANY, {"procedure_date": lambda r: r["procedure_date"] - DAY}),
}

# What other rules say of the same cells.
ALSO = {
    ("patients", "born_before_registration"): {("appointments", "age_and_sex_are_the_patients"),
                                               ("patients", "of_an_age"), ("patients", "medicare_is_for_seniors")},
    ("patients", "of_an_age"): {("appointments", "age_and_sex_are_the_patients")},
    ("provider_days", "one_a_day"): {("appointments", "on_the_providers_day")},
}


def test_every_rule_has_a_mutation(program):
    assert mutation.named_rules(program, DATASET) == set(BROKEN)


@pytest.mark.parametrize("rule", [rule for rule, change in BROKEN.items() if change], ids=".".join)
def test_a_broken_row_breaks_its_rule(program, sound, tmp_path, rule):
    mutation.breaks_its_rule(program, sound, tmp_path, rule, BROKEN[rule], ALSO.get(rule, ()))


def test_a_visit_before_registration(program, sound, clinic, tmp_path):
    (patient,) = one(clinic, "select patient_id from appointments order by scheduled_at")
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("patients", lambda r: r["patient_id"] == patient, {"registration_date": datetime.date(2024, 12, 31)})
    assert data.broken_rules() - {("patients", "of_an_age")} == {("appointments", "after_registration")}


def test_a_visit_on_a_sunday(program, sound, tmp_path):
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("appointments", lambda r: r["scheduled_at"].weekday() == 0,
                {"scheduled_at": lambda r: r["scheduled_at"] - DAY})
    assert data.broken_rules() - {("appointments", "on_the_providers_day"), ("appointments", "after_registration")} == {
        ("appointments", "on_a_weekday")}


def test_two_visits_at_once(program, sound, clinic, tmp_path):
    first, other = one(clinic, """select min(appointment_id), max(appointment_id) from appointments
                                  where status != 'completed' group by provider_day_id having count(*) = 2""")
    data = mutation.Mutation(program, sound, tmp_path)
    when = next(row["scheduled_at"] for row in data.read("appointments").to_pylist() if row["appointment_id"] == first)
    data.change("appointments", lambda r: r["appointment_id"] == other, {"scheduled_at": when})
    assert data.broken_rules() == {("appointments", "one_visit_at_a_time")}


def test_a_diagnosis_of_a_visit_that_was_missed(program, sound, tmp_path):
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("appointments", lambda r: done(r) and r["copay_amount"] == 0,
                {"status": "no_show", "check_in_at": None, "check_out_at": None})
    assert data.broken_rules() == {("diagnoses", "only_from_completed_visits"), ("appointments", "completed_means_diagnoses")}


def test_a_diagnosis_of_another_patient(program, sound, clinic, tmp_path):
    (number, other) = one(clinic, """
        select d.diagnosis_id, p.patient_id from diagnoses d anti join prescriptions using (diagnosis_id)
        anti join procedures pr on pr.diagnosis_id = d.diagnosis_id
        join patients q on q.patient_id = d.patient_id join patients p on p.patient_id = d.patient_id + 1
        where p.gender = q.gender and abs(date_sub('year', p.date_of_birth, q.date_of_birth)) < 60
          and d.icd10_code in ('J06.9', 'Z23', 'J18.9') order by 1""")
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("diagnoses", lambda r: r["diagnosis_id"] == number, {"patient_id": other})
    assert data.broken_rules() == {("diagnoses", "patient_is_the_visits")}


@pytest.mark.parametrize("rule, change", [
    ("code_fits_the_age", lambda r: r.update(code="Z00.129", text="Encounter for routine child health examination without "
                                                                  "abnormal findings")),
    ("code_fits_the_sex", lambda r: r.update(code="N40.1", text="Benign prostatic hyperplasia with lower urinary tract "
                                                                "symptoms"))])
def test_a_code_that_does_not_fit(program, sound, clinic, tmp_path, rule, change):
    code = {}
    change(code)
    sex = "Female" if rule == "code_fits_the_sex" else "Male"
    (number,) = one(clinic, f"""
        select diagnosis_id from diagnoses join patients using (patient_id)
        where not is_chronic = {rule == 'code_fits_the_age'} and resolved_date is null and gender = '{sex}'
          and date_sub('year', date_of_birth, diagnosed_date) between 55 and 85 order by 1""")
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("diagnoses", lambda r: r["diagnosis_id"] == number, {"icd10_code": code["code"], "description": code["text"]})
    assert data.broken_rules() == {("diagnoses", rule)}


def test_a_code_twice_in_a_visit(program, sound, clinic, tmp_path):
    first, other = one(clinic, """select min(diagnosis_id), max(diagnosis_id) from diagnoses where not is_chronic
                                  group by appointment_id having count(*) = 2 order by 1""")
    data = mutation.Mutation(program, sound, tmp_path)
    row = next(r for r in data.read("diagnoses").to_pylist() if r["diagnosis_id"] == first)
    data.change("diagnoses", lambda r: r["diagnosis_id"] == other,
                {"icd10_code": row["icd10_code"], "description": row["description"]})
    assert data.broken_rules() == {("diagnoses", "one_code_a_visit")}


def test_a_procedure_that_does_not_fit_the_age(program, sound, clinic, tmp_path):
    (number,) = one(clinic, """select procedure_id from procedures join patients using (patient_id)
                               where date_sub('year', date_of_birth, procedure_date) between 20 and 40 order by 1""")
    data = mutation.Mutation(program, sound, tmp_path)
    data.change("procedures", lambda r: r["procedure_id"] == number, {"cpt_code": "G0439"})
    assert data.broken_rules() == {("procedures", "procedure_fits_the_age")}
