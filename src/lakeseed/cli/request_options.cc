// Which dataset, which files: the options of a request as plain structs.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "lakeseed/base/status.h"
#include "lakeseed/cli/arguments.h"
#include "lakeseed/cli/made_files.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"

namespace lakeseed {
namespace {

constexpr int64_t kMostRows = 10'000'000'000'000;

/// The dataset's id: the argument, or --dataset-id.
arrow::Result<std::string> DatasetIdOf(const Arguments& arguments) {
  const bool takes_id = arguments.command().positional == "DATASET_ID";
  const std::string positional = takes_id ? arguments.positional() : "";
  const std::string option = arguments.Text("dataset-id");
  if (positional.empty()) return PlainId(option);
  const char* environment = std::getenv("LAKESEED_DATASET_ID");
  const bool is_default = environment != nullptr && option == environment;
  if (!option.empty() && option != positional && !is_default) {
    return RequestError(
        fmt::format("two datasets: {} and --dataset-id {}", positional, option));
  }
  return PlainId(positional);
}

/// `--environment dev` of ecommerce_dw as ecommerce_dw_dev.
arrow::Status TakeEnvironment(const std::string& environment, std::string* id) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<DatasetListing> listings, ListDatasets());
  std::vector<std::string> names;
  bool is_known = false;
  for (const DatasetListing& one : listings) {
    is_known |= one.id == *id;
    if (one.id.starts_with(*id + "_")) names.push_back(one.id.substr(id->size() + 1));
  }
  if (std::find(names.begin(), names.end(), environment) != names.end()) {
    *id += "_" + environment;
    return arrow::Status::OK();
  }
  if (!names.empty()) {
    return UnknownWord(fmt::format("environment of {}", *id), environment, names);
  }
  if (!is_known) return arrow::Status::OK();  // Which is said when it is loaded.
  return RequestError(
      fmt::format("dataset {} has no environments: --environment {}", *id, environment),
      "leave it out; `lakeseed list-datasets` has the variants of each");
}

arrow::Result<DatasetSpec> LoadPlain(const DatasetSource& source) {
  if (source.custom.empty()) return LoadDataset(source.dataset_id, {});
  return LoadCustomDataset(source.custom, source.variant, {});
}

/// `--orders 500` as `--target-rows 500`, where orders are the main table.
arrow::Status TakeMainRows(const std::string& option, const std::string& value,
                           DatasetSource* source) {
  if (source->overrides.target_rows) {
    return RequestError("two numbers of rows: --target-rows and --" + option);
  }
  int64_t rows = 0;
  const char* end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, rows);
  if (read.ec != std::errc() || read.ptr != end || rows < 1 || rows > kMostRows) {
    return RequestError(fmt::format("--{} must be a whole number from 1 to {}: {}",
                                    option, kMostRows, value));
  }
  source->overrides.target_rows = rows;
  return arrow::Status::OK();
}

/// `--customers 500` as `--set customers=500`.
arrow::Status AddParameters(const Arguments& arguments, DatasetSource* source) {
  if (arguments.parameters().empty()) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const DatasetSpec spec, LoadPlain(*source));
  std::vector<std::string> names;
  for (const ParameterSpec& one : spec.parameters) names.push_back(one.name);
  for (const SettingSpec& one : spec.settings) names.push_back(one.name);
  for (const auto& [option, value] : arguments.parameters()) {
    std::string name = option;
    std::replace(name.begin(), name.end(), '-', '_');
    if (name == spec.main && !value.empty()) {
      ARROW_RETURN_NOT_OK(TakeMainRows(option, value, source));
      continue;
    }
    const auto is_name = [&](const std::string& one) {
      return std::find(names.begin(), names.end(), one) != names.end();
    };
    if (!is_name(name) && is_name(name + "_date")) name += "_date";  // --start, --end
    if (!is_name(name)) {
      return UnknownOption(arguments.command(), "--" + option, names);
    }
    if (value.empty()) return RequestError("option needs a value: --" + option);
    for (const auto& [key, other] : source->overrides.set) {
      if (key != name || other == value) continue;
      return RequestError(fmt::format("two values of {}: --{} {} and --set {}={}", name,
                                      option, value, key, other),
                          "leave one of them out");
    }
    source->overrides.set.emplace_back(name, value);
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<DatasetSource> SourceOf(const Arguments& arguments) {
  DatasetSource source;
  source.custom = arguments.Text("custom-schema");
  ARROW_ASSIGN_OR_RAISE(source.dataset_id, DatasetIdOf(arguments));
  const std::string environment = arguments.Text("environment");
  if (!environment.empty() && source.custom.empty() && !source.dataset_id.empty()) {
    ARROW_RETURN_NOT_OK(TakeEnvironment(environment, &source.dataset_id));
  }
  if (source.custom.empty() && source.dataset_id.empty()) {
    return RequestError(
        "a dataset is missing",
        "`lakeseed list-datasets` prints them all; `--custom-schema FILE` "
        "takes one of your own");
  }
  if (!source.custom.empty()) {
    ARROW_ASSIGN_OR_RAISE(source.variant, VariantOf(source.custom, source.dataset_id));
    source.dataset_id.clear();
    if (!environment.empty()) {
      source.variant += (source.variant.empty() ? "" : "_") + environment;
    }
  }
  ARROW_ASSIGN_OR_RAISE(source.overrides.target_rows,
                        arguments.Integer("target-rows", 1, kMostRows));
  ARROW_ASSIGN_OR_RAISE(const auto scale, arguments.Real("scale-factor"));
  source.overrides.scale_factor = scale.value_or(1.0);
  ARROW_RETURN_NOT_OK(CheckOverrides(source.overrides));
  for (const std::string& text : arguments.All("set")) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return RequestError(fmt::format("--set must be KEY=VALUE: {}", text),
                          "for example `--set customers=5000`");
    }
    source.overrides.set.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  ARROW_RETURN_NOT_OK(AddParameters(arguments, &source));
  return source;
}

std::string PlainId(std::string id) {
  std::replace(id.begin(), id.end(), '-', '_');
  return id;
}

arrow::Result<int64_t> SeedOf(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const auto seed, arguments.Integer("seed", INT64_MIN, INT64_MAX));
  return seed.value_or(42);
}

arrow::Result<std::shared_ptr<const BoundDataset>> BindRequested(
    const Arguments& arguments, const DatasetSource& source,
    std::optional<int32_t> last_day) {
  ARROW_ASSIGN_OR_RAISE(const int64_t seed, SeedOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const AsOfRequest as_of, AsOfOf(arguments));
  // What is known on a day needs the population to reach it.
  if (as_of.day) last_day = std::max(last_day.value_or(*as_of.day), *as_of.day);
  return BindSource(source, seed, last_day);
}

arrow::Result<AsOfRequest> AsOfOf(const Arguments& arguments) {
  AsOfRequest request;
  if (arguments.Text("as-of") == "day") {
    request.own_day = true;
    return request;
  }
  ARROW_ASSIGN_OR_RAISE(request.day, arguments.Date("as-of"));
  return request;
}

arrow::Status CheckOneForm(const Arguments& arguments, std::string_view same) {
  if (!arguments.Switch("json") || !arguments.Has("format")) return arrow::Status::OK();
  const std::string format = arguments.Text("format");
  if (format == same) return arrow::Status::OK();
  return RequestError("the result has one form: --json and --format " + format,
                      "leave one of them out");
}

arrow::Status CheckEnvironment(const Arguments& arguments) {
  const std::string mode = arguments.Text("generation-mode");
  if ((mode == "spark" || mode == "pyspark") && !arguments.Switch("quiet")) {
    Note(
        fmt::format("--generation-mode {}: Spark does not run plans yet; the native "
                    "engine makes the same bytes",
                    mode));
  }
  if (arguments.Text("target-environment") == "warehouse") {
    return RequestError("databases are not available yet: --target-environment warehouse",
                        "`--target-environment lakehouse` writes files");
  }
  if (!arguments.Switch("execute", true)) {
    return RequestError("notebooks are not available yet: --no-execute",
                        "without it the dataset is made now");
  }
  return arrow::Status::OK();
}

arrow::Status CheckWritable(const std::string& root) {
  const auto refuse = [&](const std::string& path) {
    return RequestError(
        fmt::format("output cannot be written: {}: {}", path, std::strerror(errno)),
        "choose another `--output`");
  };
  if (root.find("://") != std::string::npos) {
    if (root.starts_with("file://")) return arrow::Status::OK();
    // Opening a bucket tells whether it is there, before any row is made.
    return Storage::Open(root).status();
  }
  // The nearest directory that is there decides.
  std::string path = root;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  struct stat facts {};
  while (::stat(path.c_str(), &facts) != 0) {
    if (errno != ENOENT) return refuse(path);
    const size_t slash = path.rfind('/');
    path = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  }
  if (!S_ISDIR(facts.st_mode)) {
    errno = ENOTDIR;
    return refuse(path);
  }
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
    return refuse(path);
  return arrow::Status::OK();
}

}  // namespace lakeseed
