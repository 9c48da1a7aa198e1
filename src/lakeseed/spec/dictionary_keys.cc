#include "lakeseed/spec/dictionary_keys.h"

#include <fmt/format.h>

namespace lakeseed {
namespace {

using Kind = DictionaryKeyKind;

constexpr std::string_view kFolders =
    "folders by columns, or by year, month, day of a table's time";
constexpr std::string_view kTable = "table_configs";
constexpr std::string_view kDays = "incremental_config";
constexpr std::string_view kOutput = "output_settings";
constexpr std::string_view kChunks = "chunking_config";
constexpr std::string_view kRun = "generation_settings";

constexpr DictionaryKeyDef kKeys[] = {
    {"", "dataset_id",
     "name of the dataset; a built-in id takes its tables from there. May be left out "
     "when the command names the dataset"},
    {"", "dataset_name", "first part of `doc`"},
    {"", "description", "second part of `doc`"},
    {"", "dataset_type",
     "transactional, analytical or custom; must fit `schema_pattern`, and stands for "
     "oltp or star_schema without it"},
    {"", "schema_pattern", "oltp, star_schema or custom: chooses the built-in tables"},
    {"", "domain", "chooses the built-in tables"},
    {"", "tables", "the tables that are written"},
    {"", "fact_tables", "tables that are written, with `dimensions`"},
    {"", "dimensions", "tables that are written, with `fact_tables`"},
    {"", "target_rows", "rows of the main table", Kind::kWhole, "target-rows"},
    {"", "scale_factor", "multiplies every table's size", Kind::kShare, "scale-factor"},
    {"", "seed_value", "the seed", Kind::kWhole, "seed"},
    {"", "start_date", "first day of a series", Kind::kDate, "start-date"},
    {"", "end_date", "last day of a series", Kind::kDate, "end-date"},
    {"", "batch_size", "days per batch", Kind::kWhole, "batch-size"},
    {"", "table_configs", "tables by name, see below"},
    {"", "incremental_config", "see below"},
    {"", "generation_config", "see below"},
    {"", "generation_settings", "see below"},
    {"", "output_settings", "see below"},
    {"", "relationships",
     "list of {parent: table.key, child: table.column, type: one_to_many}: a reference "
     "that the child must have; a table of your own gets the column"},
    {"", "enable_relationships",
     "True; False is refused: rows are made from what they refer to"},
    {"", "relationship_null_percentage",
     "share of nulls in every foreign key, 0 to 1; rules that ask whether something is "
     "null, or that sums of children bear, are dropped then"},
    {"", "distributions",
     "{name: {type, …}}: the law of a column. name is a column, table.column, or the "
     "table's singular and a column, as order_amount; customer_age is the age of the "
     "people in customers"},
    {"", "temporal_patterns", "see below"},
    {"", "chunking_config", "see below"},
    {"", "partition_config", "see below"},
    {"", "delta_config", "see below"},

    {kTable, "table_name", "must be the name at which the table stands"},
    {kTable, "type",
     "snapshot, incremental or slowly_changing_dimension, which adds a table "
     "<name>_history with a row for every version"},
    {kTable, "table_type", "the same as type"},
    {kTable, "frequency",
     "daily, weekly, monthly, quarterly or once: when a snapshot is copied; daily for "
     "incremental tables"},
    {kTable, "base_rows", "rows of a snapshot table on the first day"},
    {kTable, "base_rows_per_day",
     "rows on a day whose factors are 1; of a table whose rows belong to those of "
     "another: the mean per row of that other"},
    {kTable, "growth_enabled", "False: no births"},
    {kTable, "churn_enabled", "False: nobody leaves"},
    {kTable, "daily_growth_rate", "births per member and day"},
    {kTable, "weekly_growth_rate", "births per member and week"},
    {kTable, "monthly_growth_rate", "births per member and month"},
    {kTable, "quarterly_growth_rate", "births per member and quarter"},
    {kTable, "daily_churn_rate", "share of members that leaves per day"},
    {kTable, "weekly_churn_rate", "share of members that leaves per week"},
    {kTable, "monthly_churn_rate", "share of members that leaves per month"},
    {kTable, "quarterly_churn_rate", "share of members that leaves per quarter"},
    {kTable, "seasonal_multipliers_enabled",
     "False: no factors of weekdays, months and named holidays"},
    {kTable, "seasonal_enabled", "the same as seasonal_multipliers_enabled"},
    {kTable, "weekend_multiplier",
     "factor of Saturdays and Sundays; of a table whose rows belong to those of another "
     "it must be that other's"},
    {kTable, "holiday_multiplier",
     "factor of public holidays without one of their own; as weekend_multiplier"},
    {kTable, "custom_multipliers", "{\"YYYY-MM-DD\": factor} of single days"},
    {kTable, "date_columns",
     "columns that hold dates: a built-in table must have them, a table of your own "
     "gets those that it lacks"},
    {kTable, "primary_date_column", "one of them"},
    {kTable, "columns", "the columns of a table of your own, in the dataset language"},
    {kTable, "let", "its values that are not written, in the dataset language"},
    {kTable, "per", "{parent, count} of a child table, in the dataset language"},
    {kTable, "rules", "its rules, in the dataset language"},
    {kTable, "description", "`doc` of the table"},

    {kDays, "snapshot_frequency", "frequency of snapshot tables that state none"},
    {kDays, "file_path_pattern", "layout of the files", Kind::kText, "path-format"},
    {kDays, "state_management", "whether done days are kept in a state", Kind::kSwitch,
     "state-management"},
    {kDays, "state_table_name",
     "must be synthetic_data_state, the view of the state file"},
    {kDays, "table_types", "{table: type}, as `type` of the table"},
    {kDays, "seasonal_multipliers",
     "factors by weekday (monday …); other names are holidays or dates"},
    {kDays, "seasonal_patterns", "the same as seasonal_multipliers"},
    {kDays, "enable_seasonal_patterns",
     "False: no factors of weekdays, months and named holidays"},
    {kDays, "holiday_multipliers", "factors by holiday, instead of the built-in's"},
    {kDays, "holiday_dates",
     "more days that are public holidays, with the factor of holiday_multiplier (2.0)"},
    {kDays, "weekend_multiplier", "factor of weekends for tables that state none"},
    {kDays, "holiday_multiplier", "factor of public holidays for tables that state none"},
    {kDays, "growth_rate",
     "births per member and day of tables that state no rate; where the built-in lets "
     "the level of its events grow, that growth"},
    {kDays, "churn_rate",
     "share that leaves per day, of tables with churn_enabled and no rate"},
    {kDays, "enable_data_drift",
     "False: the values of members never change, and no law drifts; True: they do, as "
     "much as drift_percentage or the built-in says"},
    {kDays, "drift_percentage",
     "share of the members whose tracked values change per month; how far the "
     "built-in's drifting laws go; growth per year of numbers in tables of your own"},
    {kDays, "seed_value", "the seed", Kind::kWhole, "seed"},

    {"generation_config", "mode", "the engine", Kind::kText, "generation-mode"},
    {"generation_config", "chunk_size", "rows per batch", Kind::kWhole, "chunk-size"},
    {"generation_config", "parallel_tables", "False: one thread, one thing at a time"},

    {kRun, "chunk_size", "rows per batch", Kind::kWhole, "chunk-size"},
    {kRun, "parallel_workers", "threads", Kind::kWhole, "parallel-workers"},
    {kRun, "memory_fraction", "ceiling of memory, as a share of the RAM", Kind::kShare,
     "memory-fraction"},
    {kRun, "generation_mode", "the engine", Kind::kText, "generation-mode"},

    {kOutput, "output_mode", "format of the files", Kind::kText, "output-mode"},
    {kOutput, "path_format", "layout of the files", Kind::kText, "path-format"},
    {kOutput, "custom_path_pattern", "layout of the files", Kind::kText, "path-pattern"},
    {kOutput, "compression", "compression of the files", Kind::kText, "compression"},
    {kOutput, "file_compression", "compression of the files", Kind::kText, "compression"},
    {kOutput, "validate_output", "True: check what was written", Kind::kSwitch,
     "validate"},
    {kOutput, "include_metadata",
     "True; False is refused: the manifest beside the files says what they are"},
    {kOutput, "partition_by", kFolders, Kind::kNames, "partition-by"},

    {"temporal_patterns", "hourly_distribution",
     "{\"09-12\": 1.2, default: 0.3}: factors by hour of the day"},
    {"temporal_patterns", "seasonal_multipliers",
     "factors by holiday, beside the others; weekdays too"},

    {kChunks, "enabled", "False: the engine chooses; the other keys are an error then"},
    {kChunks, "chunk_size", "rows per batch", Kind::kWhole, "chunk-size"},
    {kChunks, "parallel_chunks", "threads", Kind::kWhole, "parallel-workers"},
    {kChunks, "memory_fraction", "ceiling of memory, as a share of the RAM", Kind::kShare,
     "memory-fraction"},
    {kChunks, "spill_to_disk", "noted: nothing is held, so nothing needs to spill",
     Kind::kSwitch, "enable-spill"},

    {"partition_config", "partition_columns", kFolders, Kind::kNames, "partition-by"},
    {"partition_config", "bucketing",
     "{columns, buckets}: `--partition-by bucket(buckets,column)`, after the "
     "partition_columns"},
    {"partition_config", "sorting", "{columns}: `--sort-by`"},

    {"delta_config", "optimize_write",
     "True: files are as large as `--file-size` says; it cannot be switched off"},
    {"delta_config", "auto_compact",
     "True: after each commit small files of its days and partitions are merged",
     Kind::kSwitch, "auto-compact"},
    {"delta_config", "z_order_columns",
     "rows of each file lie along a Z-order curve through these columns", Kind::kNames,
     "z-order-by"},
    {"delta_config", "data_skipping",
     "False: logs hold numbers of rows alone, no bounds"},
    {"delta_config", "stats_collection", "False: logs hold no statistics"},
};

}  // namespace

std::span<const DictionaryKeyDef> AllDictionaryKeys() { return kKeys; }

Names DictionaryKeys(std::string_view section) {
  Names names;
  for (const DictionaryKeyDef& one : kKeys) {
    if (one.section == section) names.emplace_back(one.key);
  }
  return names;
}

void CheckDictionaryKeys(const Field& mapping, std::string_view section) {
  CheckKeys(mapping, DictionaryKeys(section));
}

}  // namespace lakeseed
