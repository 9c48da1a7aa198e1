"""Every dataset has at least the tables and columns that are asked of it."""

import json

import pytest

LEAST = {
    "retail_oltp_small": {
        "customers":
            "customer_id first_name last_name email phone date_of_birth gender address_line1 address_line2 city "
            "state postal_code country registration_date customer_segment is_active",
        "products":
            "product_id product_name product_code category subcategory brand description unit_price cost_price "
            "weight_kg dimensions stock_quantity reorder_level supplier_id is_active created_date",
        "orders":
            "order_id customer_id order_date status payment_method shipping_address billing_address order_total "
            "tax_amount shipping_cost discount_amount shipped_date delivered_date notes store_id channel",
        "order_items":
            "order_item_id order_id product_id quantity unit_price line_total discount_amount",
        "stores":
            "store_id store_code store_name store_type address_line1 city state postal_code country region phone "
            "manager_name square_footage opened_date is_active",
        "inventory":
            "inventory_id store_id product_id quantity_on_hand quantity_reserved reorder_level reorder_quantity "
            "last_restocked_date last_counted_date updated_at",
    },
    "retail_star_large": {
        "dim_date":
            "date_key full_date day_of_week day_name day_of_month day_of_year week_of_year month month_name "
            "quarter year is_weekend is_holiday holiday_name fiscal_year fiscal_quarter fiscal_month "
            "is_business_day",
        "dim_time":
            "time_key full_time hour minute second am_pm hour_12 day_part is_business_hours",
        "dim_customer":
            "customer_key customer_id first_name last_name full_name email gender date_of_birth customer_segment "
            "city state country registration_date effective_date expiry_date is_current version",
        "dim_product":
            "product_key product_id product_code product_name category subcategory brand department unit_price "
            "cost_price effective_date expiry_date is_current",
        "dim_store":
            "store_key store_id store_name store_type address city state country region square_footage "
            "manager_name opened_date effective_date expiry_date is_current",
        "dim_supplier":
            "supplier_key supplier_id supplier_name contact_name country lead_time_days rating is_active",
        "fact_sales":
            "sales_fact_key date_key time_key customer_key product_key store_key order_id quantity_sold "
            "unit_price sales_amount discount_amount tax_amount cost_amount profit_amount net_amount",
        "fact_inventory":
            "inventory_fact_key date_key product_key store_key quantity_on_hand quantity_sold quantity_received "
            "reorder_level unit_cost inventory_value",
    },
    "finance_oltp_small": {
        "branches":
            "branch_id branch_code branch_name address_line1 city state postal_code country phone manager_name "
            "opened_date is_active",
        "customers":
            "customer_id first_name last_name email phone date_of_birth ssn_masked address_line1 city state "
            "postal_code country occupation annual_income credit_score risk_rating kyc_status home_branch_id "
            "customer_since is_active",
        "account_types":
            "account_type_id type_code type_name interest_rate min_balance monthly_fee",
        "accounts":
            "account_id account_number customer_id account_type_id branch_id currency opened_date closed_date "
            "status balance available_balance credit_limit interest_rate overdraft_enabled",
        "merchants":
            "merchant_id merchant_name mcc category city state country is_online risk_level",
        "cards":
            "card_id account_id customer_id card_number_masked card_token card_type network issued_date "
            "expiry_date status daily_limit",
        "transactions":
            "transaction_id account_id card_id merchant_id branch_id transaction_timestamp posted_date "
            "transaction_type amount direction currency balance_after channel status description is_international "
            "is_fraud related_transaction_id",
    },
    "finance_star_small": {
        "dim_date":
            "date_key full_date day_of_week day_name day_of_month day_of_year week_of_year month month_name "
            "quarter year is_weekend is_holiday holiday_name fiscal_year fiscal_quarter fiscal_month "
            "is_business_day is_bank_holiday bank_holiday_name is_settlement_day previous_business_date_key "
            "next_business_date_key month_end_flag quarter_end_flag",
        "dim_customer":
            "customer_key customer_id full_name age_band city state country income_band risk_rating "
            "credit_score_band customer_since effective_date expiry_date is_current",
        "dim_account":
            "account_key account_id account_number_masked account_type product_category currency branch_code "
            "status opened_date credit_limit",
        "dim_merchant":
            "merchant_key merchant_id merchant_name mcc category category_group city country is_online risk_level",
        "dim_transaction_type":
            "transaction_type_key type_code type_name direction category is_fee is_cash affects_balance",
        "fact_transactions":
            "transaction_fact_key transaction_id date_key time_key posted_date_key account_key customer_key "
            "merchant_key transaction_type_key amount signed_amount fee_amount balance_after fx_rate amount_usd "
            "is_fraud is_declined channel",
    },
    "ecommerce_star_large": {
        "dim_user":
            "user_key user_id first_name last_name email gender age_band country city signup_date "
            "acquisition_channel segment loyalty_tier is_subscriber effective_date expiry_date is_current",
        "dim_product":
            "product_key product_id sku product_name category subcategory brand list_price cost launch_date "
            "is_active",
        "dim_session":
            "session_key session_id user_key session_start session_end duration_seconds device_type browser os "
            "country traffic_source landing_page campaign_key page_view_count is_bounce is_converted",
        "dim_campaign":
            "campaign_key campaign_id campaign_name channel source medium start_date end_date budget "
            "target_segment",
        "dim_date":
            "date_key full_date day_of_week day_name day_of_month day_of_year week_of_year month month_name "
            "quarter year is_weekend is_holiday holiday_name fiscal_year fiscal_quarter fiscal_month "
            "is_business_day",
        "dim_geography":
            "geography_key city state country country_code region timezone latitude longitude",
        "fact_page_views":
            "page_view_key date_key time_key session_key user_key product_key campaign_key page_url page_type "
            "referrer view_timestamp sequence_in_session time_on_page_seconds scroll_depth_pct is_entry is_exit",
        "fact_web_events":
            "event_key date_key time_key session_key customer_key product_key event_type event_timestamp "
            "sequence_in_session revenue",
        "fact_orders":
            "order_fact_key order_id order_line_number date_key time_key user_key session_key product_key "
            "campaign_key quantity unit_price gross_amount discount_amount shipping_amount tax_amount net_amount "
            "cost_amount profit_amount order_status payment_method",
    },
    "ecommerce_star_incremental": {
        "fact_web_events":
            "event_key date_key time_key session_key customer_key product_key event_type event_timestamp "
            "sequence_in_session revenue",
        "dim_customer":
            "customer_key first_name last_name email gender age_band country city signup_date acquisition_channel "
            "segment loyalty_tier is_subscriber",
        "dim_session":
            "session_key session_id customer_key session_start device_type browser os country traffic_source "
            "landing_page",
        "fact_orders":
            "order_fact_key order_id order_line_number date_key time_key customer_key session_key product_key "
            "quantity unit_price gross_amount discount_amount shipping_amount tax_amount net_amount cost_amount "
            "profit_amount order_status payment_method",
    },
    "healthcare_oltp_small": {
        "patients":
            "patient_id mrn first_name last_name date_of_birth gender blood_type race_ethnicity address_line1 "
            "city state postal_code phone email insurance_provider insurance_member_id primary_provider_id "
            "registration_date deceased_flag",
        "providers":
            "provider_id npi first_name last_name specialty department license_number license_state "
            "years_experience phone email hire_date is_active",
        "appointments":
            "appointment_id patient_id provider_id scheduled_at duration_minutes appointment_type status "
            "check_in_at check_out_at reason location copay_amount",
        "diagnoses":
            "diagnosis_id appointment_id patient_id provider_id icd10_code description diagnosis_type severity "
            "diagnosed_date is_chronic resolved_date",
        "prescriptions":
            "prescription_id appointment_id patient_id provider_id diagnosis_id medication_name ndc_code dosage "
            "frequency route quantity refills start_date end_date status",
        "procedures":
            "procedure_id appointment_id patient_id provider_id cpt_code description procedure_date "
            "duration_minutes cost insurance_covered_amount patient_responsibility outcome",
    },
    "ecommerce_dw": {
        "customers":
            "customer_id first_name last_name email phone date_of_birth gender address_line1 address_line2 city "
            "state postal_code country customer_segment registration_date last_login_date is_active created_at "
            "updated_at",
        "products":
            "product_id product_name product_description category_id category_name subcategory_name brand sku "
            "price cost weight dimensions color size material stock_quantity reorder_level supplier_id is_active "
            "launch_date created_at updated_at",
        "orders":
            "order_id customer_id order_date order_status payment_method payment_status shipping_method "
            "shipping_address_line1 shipping_address_line2 shipping_city shipping_state shipping_postal_code "
            "shipping_country subtotal tax_amount shipping_cost discount_amount total_amount currency coupon_code "
            "order_source shipped_date delivered_date created_at updated_at",
        "order_items":
            "order_item_id order_id product_id product_name sku quantity unit_price line_total created_at "
            "updated_at",
        "web_events":
            "event_id customer_id session_id event_type event_timestamp product_id category_id page_url "
            "referrer_url user_agent ip_address device_type browser os created_at",
    },
    "people": {
        "people":
            "id name email address city state zip_code country phone_number date_of_birth job company ssn "
            "credit_card_number iban ipv4 user_agent text",
    },
    "market_quotes": {
        "quotes":
            "timestamp symbol bid_price ask_price bid_size ask_size spread_bps sequence mid_price last_price last_size exchange",
    },
    "market_ohlcv": {
        "ohlcv":
            "timestamp symbol open high low close volume vwap trade_count",
    },
    "sensors": {
        "sensor_readings":
            "timestamp device_id metric value is_anomaly is_missing sensor_type unit status location battery_level",
    },
    "weather": {
        "weather_hourly":
            "timestamp location_id temperature_c humidity_pct wind_kph pressure_hpa precip_mm condition wind_direction_deg "
            "cloud_cover_pct dew_point_c location latitude longitude",
    },
    "ecommerce": {
        "customers": "customer_id name email signup_date country is_vip",
        "products": "product_id sku category price discount active",
        "orders": "order_id customer_id order_date hour_of_day status amount",
        "order_items": "order_item_id order_id product_id qty",
    },
    "transactions": {
        "transactions":
            "transaction_id user_id amount currency status category timestamp merchant payment_method page_number "
            "batch_number processed_at",
    },
}


@pytest.mark.parametrize("dataset", LEAST)
def test_has_the_tables_and_columns(program, dataset):
    described = json.loads(program.run("describe", dataset, "--json").stdout)
    found = {table["table_name"]: {column["name"] for column in table["columns"]} for table in described["tables"]}
    missing = {table: sorted(set(columns.split()) - found.get(table, set())) for table, columns in LEAST[dataset].items()}
    assert {table: columns for table, columns in missing.items() if columns} == {}
