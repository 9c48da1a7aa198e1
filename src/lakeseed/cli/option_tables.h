// Options that several commands share, and what they mean.
//
// Thread safety: constant tables and pure functions.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/commit/target.h"
#include "lakeseed/plan/make_plan.h"
#include "lakeseed/run/runner.h"

namespace lakeseed {

/// --json, --quiet; and --json alone.
extern const std::span<const OptionDef> kResultOptions, kJsonOption;
/// Which dataset, how large: --dataset-id … --set.
extern const std::span<const OptionDef> kDatasetOptions;
/// --as-of
extern const std::span<const OptionDef> kAsOfOption;
/// Which rows go where, in which form: --output … --file-size.
extern const std::span<const OptionDef> kFileOptions;
/// Speed and memory: --parallel-workers … --memory-limit.
extern const std::span<const OptionDef> kMachineOptions;
/// --if-exists; --also
extern const std::span<const OptionDef> kExistsOption, kAlsoOption;
/// --target-environment, --generation-mode, --execute: words of the source documents.
extern const std::span<const OptionDef> kEnvironmentOptions;

/// The same tables with the letters and defaults of the commands by day.
extern const std::span<const OptionDef> kDayDatasetOptions, kSeriesDatasetOptions,
    kDayFileOptions, kSeriesEnvironmentOptions;
/// Layout, state and checks of runs by day.
extern const std::span<const OptionDef> kByDayOptions;
/// --path-pattern of commands whose files belong to no day.
extern const std::span<const OptionDef> kPatternOptions;

/// What to load, from DATASET_ID or --dataset-id, --custom-schema, sizes, --set and
/// parameters of the dataset given as options.
/// \retval Invalid (exit code 2)
arrow::Result<DatasetSource> SourceOf(const Arguments& arguments);
/// "market_ohlcv" of "market-ohlcv".
std::string PlainId(std::string id);
arrow::Result<int64_t> SeedOf(const Arguments& arguments);
arrow::Result<std::shared_ptr<const BoundDataset>> BindRequested(
    const Arguments& arguments, const DatasetSource& source,
    std::optional<int32_t> last_day = std::nullopt);

/// Nothing but the request is checked, and that nothing writes into its output.
arrow::Result<PlanRequest> PlanRequestOf(const Arguments& arguments,
                                         const DatasetSource& source);
/// A target of --also.
struct AlsoRequest {
  PlanRequest plan;
  std::string catalog;  ///< As it is written; may be empty.
};
/// The same request for each --also, cut as the first is.
arrow::Result<std::vector<AlsoRequest>> AlsoRequestsOf(const Arguments& arguments,
                                                       const PlanRequest& first);
/// As-of day of a request; nullopt: the window's end.
struct AsOfRequest {
  std::optional<int32_t> day;  ///< Since 1970-01-01.
  bool own_day = false;
};
arrow::Result<AsOfRequest> AsOfOf(const Arguments& arguments);

/// --json and --format say both how a result is printed. `same`: the format of --json.
arrow::Status CheckOneForm(const Arguments& arguments, std::string_view same = "");

/// Refuse what only other engines and targets could do.
arrow::Status CheckEnvironment(const Arguments& arguments);

/// Threads, chunks, memory; `--if-exists` where the command has it.
arrow::Result<RunOptions> RunOptionsOf(const Arguments& arguments);

/// A local directory that can be written to, or made; changes nothing.
/// \retval Invalid (exit code 2)  it cannot.
arrow::Status CheckWritable(const std::string& root);

}  // namespace lakeseed
