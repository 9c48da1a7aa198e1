"""The one list of tables. The header is the contract with the readers in C++."""

from vocab.build import browsers, catalogue, clinic, companies, holiday, jobs, locales, mail, people, places, streets, zones
from vocab.build.table import Table

TABLES = [
    Table("us_first_names", "decade:int,sex,name,weight:int", people.first_names),
    Table("us_surnames", "name,weight:int", people.surnames),
    Table("age_pyramid", "profile,age:int,width:int,weight:int", people.age_pyramid),
    Table("occupations", "name,weight:int,pay:decimal(2),age_low:int,age_high:int", jobs.occupations),
    Table(
        "us_places",
        "zip,city,state,state_name,county,time_zone,area_codes,latitude:double,longitude:double,weight:int,region",
        places.us_places,
    ),
    Table("us_zips", "number,zip", places.us_zips),
    Table("us_zip_numbers", "zip,number:int", places.us_zip_numbers),
    Table("us_area_codes", "state,area_code,weight:int", places.us_area_codes),
    Table("us_states", "state,state_name,region,population:int", places.us_states),
    Table("us_sales_tax", "state,state_name,rate:decimal(4)", places.us_sales_tax),
    Table("us_streets", "name,weight:int", streets.streets),
    Table("us_street_suffixes", "suffix,weight:int", streets.suffixes),
    Table("company_parts", "kind,text,weight:int", companies.parts),
    Table("email_domains", "domain,profile,weight:int", mail.domains),
    Table(
        "catalogue",
        "domain,category,subcategory,item,p05:decimal(2),median:decimal(2),p95:decimal(2),"
        "cost_low:double,cost_high:double,category_weight:int,line_weight:int,item_weight:int,"
        "endings,attribute,weight_median_kg:double,quantity,season,bulky:int",
        catalogue.items,
    ),
    Table("catalogue_brands", "category,brand,is_house:int,weight:int", catalogue.brands),
    Table("price_endings", "profile,ending_cents:int,weight:int", catalogue.endings),
    Table("colors", "name,weight:int", catalogue.colors),
    Table("sizes", "profile,name,weight:int", catalogue.sizes),
    Table("user_agents", "device,os,browser,weight:int,text", browsers.user_agents),
    Table(
        "locales",
        "locale,country,country_name,mr,ms,family_first:int,line,unit,postal,phone,phone_fictional",
        locales.locales,
    ),
    Table("local_names", "locale,kind,sex,name,ascii,weight:int", locales.names),
    Table(
        "local_places",
        "country,city,state,state_name,postal,time_zone,latitude:double,longitude:double,weight:int",
        locales.places,
    ),
    Table("local_streets", "country,name", locales.streets),
    Table("company_suffixes", "country,suffix,weight:int", locales.company_suffixes),
    Table(
        "diagnoses",
        "code,description,group,specialty,is_chronic:int,age_low:int,age_high:int,sex,women:int,men:int,field,"
        + ",".join(f"{sex}_{season}:int" for season in ("winter", "spring", "summer", "autumn") for sex in ("women", "men")),
        clinic.diagnoses,
    ),
    Table(
        "medications",
        "code,medication,strength,form,route,directions,schedule,ndc,max_refills:int,days:int,women:int,men:int",
        clinic.medications,
    ),
    Table(
        "procedures",
        "code,system,description,price:decimal(2),age_low:int,age_high:int,fields",
        clinic.procedures,
    ),
    Table("treatments", "field,code,age_low:int,age_high:int,women:int,men:int", clinic.treatments),
    Table("time_zones", "zone,from_utc:int,offset_seconds:int,is_dst:int,abbreviation", zones.time_zones),
    Table("holidays", "country,date,name,kind", holiday.holidays_of_all_countries),
]
