// `log`: what was generated when, at what speed, and which file has which dates.

#include <nlohmann/json.hpp>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/state_options.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr std::string_view kWhat = "what to show";
constexpr int64_t kMaxLimit = 1'000'000'000;

constexpr OptionDef kLogDefs[] = {
    {.name = "dataset-id",
     .letter = 'd',
     .value = "ID",
     .help = "only this dataset",
     .group = kWhat},
    {.name = "limit",
     .value = "N",
     .help = "so many rows at most",
     .group = kWhat,
     .fallback = "20"},
    {.name = "files", .help = "which file has which dates", .group = kWhat},
    {.name = "sql",
     .value = "SELECT",
     .help = "run a query over the tables of state and log",
     .group = kWhat},
};

constexpr ShownColumn kDayColumns[] = {
    {"execution_timestamp", "when (UTC)"},
    {"dataset_id", "dataset"},
    {"generation_date", "day"},
    {"status", "status"},
    {"tables_generated", "tables"},
    {"total_rows", ">rows"},
    {"rows_per_second", ">rows/s"},
    {"duration_seconds", ">seconds"},
    {"peak_memory_gb", ">peak GB"},
    {"cpu_cores_used", ">cores"},
    {"message", "message"},
};

constexpr ShownColumn kFileColumns[] = {
    {"dataset_id", "dataset"},
    {"generation_date", "day"},
    {"table_name", "table"},
    {"rows_generated", ">records"},
    {"primary_date_column", "date column"},
    {"min_date", "from"},
    {"max_date", "to"},
    {"file_path", "file"},
};

arrow::Result<ExitCode> RunSql(const Arguments& arguments, StateReader* reader) {
  for (const char* option : {"dataset-id", "limit", "files"}) {
    if (!arguments.Has(option)) continue;
    return RequestError(fmt::format("--sql does not go with --{}", option),
                        "say it in the query");
  }
  ARROW_ASSIGN_OR_RAISE(const QueryResult result, reader->Query(arguments.Text("sql")));
  if (arguments.Switch("json")) {
    PrintJson({{"columns", result.columns}, {"rows", JsonOf(result)}});
  } else {
    Print(TextOf(result));
  }
  return ExitCode::kDone;
}

arrow::Result<ExitCode> RunLog(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const auto limit, arguments.Integer("limit", 1, kMaxLimit));
  ARROW_ASSIGN_OR_RAISE(const auto reader, OpenState(arguments));
  if (arguments.Has("sql")) return RunSql(arguments, reader.get());
  const std::string dataset = PlainId(arguments.Text("dataset-id"));
  if (!dataset.empty()) {
    ARROW_ASSIGN_OR_RAISE(const auto known, reader->Datasets());
    if (std::find(known.begin(), known.end(), dataset) == known.end()) {
      return UnknownWord("dataset of the state", dataset, known);
    }
  }
  const bool files = arguments.Switch("files");
  ARROW_ASSIGN_OR_RAISE(const QueryResult result, files ? reader->Files(dataset, *limit)
                                                        : reader->Days(dataset, *limit));
  if (arguments.Switch("json")) {
    PrintJson(
        {{files ? "files" : "days", JsonOf(result, "date_columns tables_generated")}});
  } else if (files) {
    Print(TextOf(result, kFileColumns));
  } else {
    Print(TextOf(result, kDayColumns));
  }
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kLogCommand;
const CommandDef kLogCommand{
    .name = "log",
    .summary = "what was generated when, how fast, and which file has which dates",
    .options = {kLogDefs, kStateOptions, kJsonOption},
    .examples =
        "lakeseed log --output ./data\n"
        "lakeseed log --files --dataset-id retail_oltp_small_incremental\n"
        "lakeseed log --sql \"SELECT dataset_id, AVG(rows_per_second) FROM "
        "log_synthetic_data_generation GROUP BY dataset_id\"",
    .run = RunLog,
};

}  // namespace lakeseed
