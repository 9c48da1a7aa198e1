// `changes`: what came, changed and went between two days, as a change feed.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/cli/text_table.h"
#include "lakeseed/feed/feed.h"
#include "lakeseed/plan/explain.h"

namespace lakeseed {
namespace {

constexpr std::string_view kDays = "days";
constexpr std::string_view kForm = "form";
constexpr int64_t kMostRows = 10'000'000;

constexpr OptionDef kOwnOptions[] = {
    {.name = "from",
     .value = "DATE",
     .help = "the first day of changes, YYYY-MM-DD",
     .group = kDays},
    {.name = "to", .value = "DATE", .help = "the last day of changes", .group = kDays},
    {.name = "initial",
     .help = "begin with all rows that are there when the first day begins",
     .group = kDays},
    {.name = "tables",
     .value = "LIST",
     .help = "only these tables, separated by commas; their changes are the same",
     .group = kForm,
     .repeats = true},
    {.name = "format",
     .value = "F",
     .help = "jsonl and debezium go to stdout, the others into files",
     .group = kForm,
     .fallback = "jsonl",
     .choices = "jsonl debezium parquet csv arrow"},
    {.name = "output",
     .letter = 'O',
     .value = "DIR",
     .help = "directory for files (./data)",
     .group = kForm},
    {.name = "if-exists",
     .value = "WHAT",
     .help = "when a file of the request is there (error)",
     .group = kForm,
     .choices = "error overwrite"},
    {.name = "chunk-size",
     .value = "N",
     .help = "rows that are looked at at once; never changes a byte (automatic)",
     .group = kForm},
};

arrow::Result<FeedRequest> FeedRequestOf(const Arguments& arguments) {
  FeedRequest request;
  ARROW_ASSIGN_OR_RAISE(const auto from, arguments.Date("from"));
  ARROW_ASSIGN_OR_RAISE(const auto to, arguments.Date("to"));
  if (!from || !to) {
    return RequestError(from ? "--to is missing" : "--from is missing",
                        "for example --from 2024-01-01 --to 2024-01-31");
  }
  if (*to < *from) {
    return RequestError(fmt::format("--to is before --from: {} < {}", FormatDate(*to),
                                    FormatDate(*from)));
  }
  request.days = {*from, *to};
  request.with_initial = arguments.Switch("initial");
  request.tables = arguments.List("tables");
  if (arguments.Has("tables") && request.tables.empty()) {
    return RequestError("--tables names no table");
  }
  ARROW_ASSIGN_OR_RAISE(const auto rows, arguments.Integer("chunk-size", 1, kMostRows));
  request.piece_rows = rows.value_or(request.piece_rows);
  request.cancel = CatchInterrupts();
  return request;
}

int64_t Total(const std::vector<ChangeCounts>& counts, int64_t ChangeCounts::*of) {
  int64_t total = 0;
  for (const ChangeCounts& one : counts) total += one.*of;
  return total;
}

std::string Summary(const std::vector<ChangeCounts>& counts) {
  const int64_t reads = Total(counts, &ChangeCounts::reads);
  return fmt::format(
      "{} inserts, {} updates, {} deletes{}",
      FormatCount(Total(counts, &ChangeCounts::inserts)),
      FormatCount(Total(counts, &ChangeCounts::updates)),
      FormatCount(Total(counts, &ChangeCounts::deletes)),
      reads == 0 ? "" : ", after " + FormatCount(reads) + " rows at first");
}

arrow::Result<ExitCode> PrintLines(const Arguments& arguments, const Feed& feed) {
  for (const std::string_view option : {"output", "if-exists", "json"}) {
    if (!arguments.Has(option)) continue;
    return RequestError(fmt::format("--{} is for files, and --format {} goes to stdout",
                                    option, arguments.Text("format")),
                        "`--format parquet` writes files");
  }
  const auto form = arguments.Text("format") == "jsonl" ? ChangeLines::Form::kPlain
                                                        : ChangeLines::Form::kDebezium;
  const auto counts = feed.Print(form, [](std::string_view lines) {
    Print(lines);
    return FlushOutput();
  });
  ARROW_RETURN_NOT_OK(counts.status());
  if (!arguments.Switch("quiet")) Note(Summary(*counts));
  return ExitCode::kDone;
}

arrow::Result<ExitCode> WriteFiles(const Arguments& arguments,
                                   const BoundDataset& dataset, const Feed& feed) {
  FeedFiles files;
  ARROW_ASSIGN_OR_RAISE(files.format, FindFileFormat(arguments.Text("format")));
  files.replace = arguments.Text("if-exists") == "overwrite";
  const std::string root = arguments.Has("output") ? arguments.Text("output") : "./data";
  if (root.empty()) return RequestError("--output is empty");
  ARROW_RETURN_NOT_OK(CheckWritable(root));
  ARROW_ASSIGN_OR_RAISE(const std::unique_ptr<Storage> storage, Storage::Open(root));
  ARROW_ASSIGN_OR_RAISE(const std::vector<ChangeCounts> counts,
                        feed.WriteFiles(files, storage.get()));
  if (arguments.Switch("json")) {
    nlohmann::ordered_json tables = nlohmann::ordered_json::array();
    for (const ChangeCounts& one : counts) {
      tables.push_back({{"table", one.table},
                        {"path", one.path},
                        {"reads", one.reads},
                        {"inserts", one.inserts},
                        {"updates", one.updates},
                        {"deletes", one.deletes}});
    }
    PrintJson({{"dataset", dataset.spec().id()}, {"output", root}, {"tables", tables}});
    return ExitCode::kDone;
  }
  TextTable text({"table", ">inserts", ">updates", ">deletes", "file"});
  for (const ChangeCounts& one : counts) {
    text.Add({one.table, FormatCount(one.reads + one.inserts), FormatCount(one.updates),
              FormatCount(one.deletes), one.path});
  }
  Print(text.ToText());
  if (!arguments.Switch("quiet")) Note(Summary(counts));
  return ExitCode::kDone;
}

arrow::Result<ExitCode> RunChanges(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const FeedRequest request, FeedRequestOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto dataset,
                        BindRequested(arguments, source, request.days.to));
  ARROW_ASSIGN_OR_RAISE(const auto feed, Feed::Make(*dataset, request));
  const std::string format = arguments.Text("format");
  const bool is_lines = format == "jsonl" || format == "debezium";
  return is_lines ? PrintLines(arguments, *feed) : WriteFiles(arguments, *dataset, *feed);
}

}  // namespace

extern const CommandDef kChangesCommand;
const CommandDef kChangesCommand{
    .name = "changes",
    .summary = "print what came, changed and went on each day: a change feed",
    .positional = "DATASET_ID",
    .takes_parameters = true,
    .options = {kOwnOptions, kDatasetOptions, kResultOptions},
    .examples =
        "lakeseed changes retail_oltp_small --from 2024-03-01 --to 2024-03-07\n"
        "lakeseed changes retail_oltp_small --from 2024-03-01 --to 2024-03-07 "
        "--tables customers,orders --format debezium --initial\n"
        "lakeseed changes retail_oltp_small --from 2024-03-01 --to 2024-03-31 "
        "--format parquet --output ./data",
    .run = RunChanges,
};

}  // namespace lakeseed
