// `plan`: the first of the three stages: what will be done, as JSON.

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/plan/explain.h"
#include "lakeseed/series/series.h"

namespace lakeseed {
namespace {

constexpr OptionDef kOwnOptions[] = {
    {.name = "start-date",
     .value = "DATE",
     .help = "plan by day, from this one on, as `generate-series` would",
     .group = "days"},
    {.name = "end-date", .value = "DATE", .help = "the last day", .group = "days"},
    {.name = "output-file",
     .value = "FILE",
     .help = "write the plan there, not to stdout",
     .group = "result"},
};

/// Write through a temporary name: nobody sees half a plan.
arrow::Status WriteFile(const std::string& path, const std::string& text) {
  const std::filesystem::path target(path);
  const std::string folder =
      target.has_parent_path() ? target.parent_path().string() : ".";
  ARROW_RETURN_NOT_OK(CheckWritable(folder));
  ARROW_ASSIGN_OR_RAISE(const auto storage, Storage::Open(folder));
  return storage->WriteAll(target.filename().string(), text, Replace::kReplace);
}

/// Days of a plan by day; nullopt: the whole window at once.
arrow::Result<std::optional<DateRange>> DaysOf(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const auto from, arguments.Date("start-date"));
  ARROW_ASSIGN_OR_RAISE(const auto to, arguments.Date("end-date"));
  if (!from && !to) return std::nullopt;
  if (!from || !to) {
    return RequestError("a plan by day needs --start-date and --end-date");
  }
  return DateRange{*from, *to};
}

arrow::Result<ExitCode> RunPlan(const Arguments& arguments) {
  ARROW_RETURN_NOT_OK(CheckEnvironment(arguments));
  ARROW_ASSIGN_OR_RAISE(const DatasetSource source, SourceOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto days, DaysOf(arguments));
  ARROW_ASSIGN_OR_RAISE(
      const auto dataset,
      BindRequested(arguments, source,
                    days ? std::optional<int32_t>(days->to) : std::nullopt));
  ARROW_ASSIGN_OR_RAISE(PlanRequest request, PlanRequestOf(arguments, source));
  if (days) {
    request.by_day = true;
    request.days = days;
    ARROW_ASSIGN_OR_RAISE(const auto storage, Storage::Open(request.output));
    ARROW_ASSIGN_OR_RAISE(request.once_days, OnceDays(*dataset, *storage));
  }
  ARROW_ASSIGN_OR_RAISE(const Plan plan, MakePlan(*dataset, request));
  const std::string text = ToJson(plan).dump(2) + "\n";
  const std::string file = arguments.Text("output-file");
  if (file.empty()) {
    Print(text);
    return ExitCode::kDone;
  }
  ARROW_RETURN_NOT_OK(WriteFile(file, text));
  if (arguments.Switch("json")) {
    nlohmann::ordered_json json = {{"dataset", plan.dataset_id}, {"plan", file}};
    json.update(ToJson(Estimate(plan, request.cost, 1)));
    PrintJson(json);
  } else if (!arguments.Switch("quiet")) {
    Note(fmt::format("{}: {} tasks", file,
                     FormatCount(static_cast<int64_t>(plan.tasks.size()))));
  }
  return ExitCode::kDone;
}

}  // namespace

extern const CommandDef kPlanCommand;
const CommandDef kPlanCommand{
    .name = "plan",
    .summary =
        "print what `generate` or `generate-series` would do as JSON, for `work` "
        "and `commit`",
    .positional = "DATASET_ID",
    .takes_parameters = true,
    .options = {kDatasetOptions, kAsOfOption, kFileOptions, kPatternOptions,
                kEnvironmentOptions, kOwnOptions, kResultOptions},
    .examples =
        "lakeseed plan retail_oltp_small -o parquet --output-file plan.json\n"
        "lakeseed work plan.json --task 1/2\n"
        "lakeseed work plan.json --task 2/2\n"
        "lakeseed commit plan.json",
    .run = RunPlan,
};

}  // namespace lakeseed
