// Which dataset, which files: the options of a request as plain structs.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "lakeseed/cli/made_files.h"
#include "lakeseed/cli/option_tables.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/plan/path_format.h"
#include "lakeseed/write/compression.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {
namespace {

constexpr int64_t kMostRows = 10'000'000'000'000;

/// The dataset's id: the argument, or --dataset-id.
arrow::Result<std::string> DatasetIdOf(const Arguments& arguments) {
  const bool takes_id = arguments.command().positional == "DATASET_ID";
  const std::string positional = takes_id ? arguments.positional() : "";
  const std::string option = arguments.Text("dataset-id");
  if (positional.empty()) return option;
  const char* environment = std::getenv("LAKESEED_DATASET_ID");
  const bool is_default = environment != nullptr && option == environment;
  if (!option.empty() && option != positional && !is_default) {
    return RequestError(
        fmt::format("two datasets: {} and --dataset-id {}", positional, option));
  }
  return positional;
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
  for (const auto& [option, value] : arguments.parameters()) {
    std::string name = option;
    std::replace(name.begin(), name.end(), '-', '_');
    if (name == spec.main && !value.empty()) {
      ARROW_RETURN_NOT_OK(TakeMainRows(option, value, source));
      continue;
    }
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return UnknownOption(arguments.command(), "--" + option, names);
    }
    if (value.empty()) return RequestError("option needs a value: --" + option);
    source->overrides.set.emplace_back(name, value);
  }
  return arrow::Status::OK();
}

/// Where a table's files lie. Logs name files for good, so what is not the same has
/// another name.
constexpr char kTableFiles[] = "Tables/{dataset}/{table}/part-{part}-{digest}.{ext}";
constexpr char kTableFilesByDay[] =
    "Tables/{dataset}/{table}/{yyyymmdd}-part-{part}-{digest}.{ext}";

/// The file format, and the table format that publishes the files.
struct OutputForm {
  std::string mode;  ///< As given: "table" for tables.
  std::string table_format = "files";
  bool is_table() const { return mode == "table"; }
};

arrow::Result<OutputForm> OutputFormOf(const Arguments& arguments) {
  OutputForm form{.mode = arguments.Text("output-mode")};
  const std::string format = arguments.Text("table-format");
  if (arguments.Has("table-format") && !form.is_table()) {
    if (arguments.Has("output-mode")) {
      return RequestError(fmt::format("--output-mode {} writes no tables: "
                                      "--table-format {}",
                                      form.mode, format),
                          "leave one of them out");
    }
    form.mode = "table";
  }
  if (!form.is_table()) return form;
  form.table_format = format;
  return form;
}

arrow::Result<FileSettings> FileSettingsOf(const Arguments& arguments,
                                           const OutputForm& form) {
  const std::string mode = form.is_table() ? "parquet" : form.mode;
  FileSettings files;
  ARROW_ASSIGN_OR_RAISE(const FileFormatDef* format, FindFileFormat(mode));
  files.format = format->name;
  files.compression = arguments.Text("compression");
  if (!files.compression.empty()) {
    ARROW_ASSIGN_OR_RAISE(const Compression parsed, ParseCompression(files.compression));
    const auto& codecs = format->codecs;
    if (std::find(codecs.begin(), codecs.end(), parsed.codec) == codecs.end()) {
      std::string names;
      for (const auto codec : codecs) {
        names += (names.empty() ? "" : ", ") + Compression{codec, {}}.ToString();
      }
      return RequestError(
          fmt::format("{} cannot use compression: {}", mode, files.compression),
          "it can use " + names);
    }
  }
  files.extension = format->extension;
  files.compress_all = arguments.Switch("compress-all");
  files.parquet_profile = arguments.Text("parquet-profile");
  files.naive_timestamps = arguments.Switch("naive-timestamps");
  return files;
}

}  // namespace

arrow::Result<DatasetSource> SourceOf(const Arguments& arguments) {
  DatasetSource source;
  source.custom = arguments.Text("custom-schema");
  ARROW_ASSIGN_OR_RAISE(source.dataset_id, DatasetIdOf(arguments));
  const std::string environment = arguments.Text("environment");
  if (!environment.empty() && source.custom.empty() && !source.dataset_id.empty()) {
    source.dataset_id += "_" + environment;
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

arrow::Result<int64_t> SeedOf(const Arguments& arguments) {
  ARROW_ASSIGN_OR_RAISE(const auto seed, arguments.Integer("seed", INT64_MIN, INT64_MAX));
  return seed.value_or(42);
}

arrow::Result<std::shared_ptr<const BoundDataset>> BindRequested(
    const Arguments& arguments, const DatasetSource& source,
    std::optional<int32_t> last_day) {
  ARROW_ASSIGN_OR_RAISE(const int64_t seed, SeedOf(arguments));
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

arrow::Result<PathLayout> LayoutOf(const Arguments& arguments, bool is_table) {
  const std::string format = arguments.Text("path-format");
  const std::string pattern = arguments.Text("path-pattern");
  if (!pattern.empty() && arguments.Has("path-format") && format != pattern) {
    return RequestError(fmt::format("two layouts: --path-format {} and --path-pattern {}",
                                    format, pattern));
  }
  const std::string text = pattern.empty() ? format : pattern;
  const auto is_option = [&](const OptionDef* option) {
    return option->name == "path-format";
  };
  const auto options = OptionsOf(arguments.command());
  const auto at = std::find_if(options.begin(), options.end(), is_option);
  const bool is_by_day =
      arguments.Has("start-date") || (at != options.end() && !(*at)->fallback.empty());
  if (is_table) {
    if (arguments.Has("path-format") || !pattern.empty()) {
      return RequestError("tables have no path format: " + text,
                          "`--output-mode parquet` writes files by such a format");
    }
    const char* const files = is_by_day ? kTableFilesByDay : kTableFiles;
    return PathLayout{files, files};
  }
  if (is_by_day) return LayoutByDay(text.empty() ? "nested" : text);
  if (text.empty()) return PathLayout{};
  for (const PathFormatDef& by_day : PathFormats()) {
    if (by_day.name != text) continue;
    return RequestError(
        fmt::format("files that hold the whole window belong to no day: {}", text),
        "`lakeseed generate-series --start-date A --end-date B` makes files by day");
  }
  return LayoutOfPattern(text);
}

arrow::Result<PlanRequest> PlanRequestOf(const Arguments& arguments,
                                         const DatasetSource& source) {
  PlanRequest request;
  request.source = source;
  request.tables = arguments.List("tables");
  if (arguments.Has("tables") && request.tables.empty()) {
    return RequestError("--tables names no table");
  }
  ARROW_ASSIGN_OR_RAISE(const AsOfRequest as_of, AsOfOf(arguments));
  request.as_of = as_of.day;
  request.as_of_own_day = as_of.own_day;
  request.output = arguments.Text("output");
  if (request.output.empty()) return RequestError("--output is empty");
  if (request.output.starts_with("s3://") && arguments.Switch("validate")) {
    return RequestError("only directories can be checked yet: " + request.output,
                        "leave --validate out");
  }
  ARROW_ASSIGN_OR_RAISE(const OutputForm form, OutputFormOf(arguments));
  request.table_format = form.table_format;
  const std::string statistics = arguments.Text("table-statistics");
  if (!statistics.empty()) request.table_statistics = statistics;
  ARROW_ASSIGN_OR_RAISE(request.files, FileSettingsOf(arguments, form));
  ARROW_ASSIGN_OR_RAISE(request.layout, LayoutOf(arguments, form.is_table()));
  request.partition_by = arguments.List("partition-by");
  if (!request.partition_by.empty() && arguments.Switch("validate")) {
    return RequestError("partitioned tables cannot be checked yet: --validate",
                        "leave --validate or --partition-by out");
  }
  ARROW_ASSIGN_OR_RAISE(const auto bytes, arguments.Bytes("file-size"));
  request.file_bytes = *bytes;
  ARROW_ASSIGN_OR_RAISE(request.file_rows,
                        arguments.Integer("file-rows-target", 1, kMostRows));
  if (request.file_rows && arguments.Has("file-size")) {
    return RequestError("--file-size and --file-rows-target exclude each other");
  }
  return request;
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
    if (root.starts_with("s3://")) return Storage::Open(root).status();
    return RequestError(
        fmt::format("only local directories and S3 can be written to yet: {}", root),
        "`--output ./data` or `--output s3://bucket/prefix`");
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
