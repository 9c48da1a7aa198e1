// Where the files of a request go, in which form: --output, --also and what else says
// how files are made.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "lakeseed/cli/option_tables.h"
#include "lakeseed/commit/table_format.h"
#include "lakeseed/plan/path_format.h"
#include "lakeseed/write/compression.h"
#include "lakeseed/write/file_format.h"

namespace lakeseed {
namespace {

constexpr int64_t kMostRows = 10'000'000'000'000;

/// Where a table's files lie. Logs name files for good, so what is not the same has
/// another name.
constexpr char kTableFiles[] = "Tables/{dataset}/{table}/part-{part}-{digest}.{ext}";
constexpr char kTableFilesByDay[] =
    "Tables/{dataset}/{table}/{yyyymmdd}-part-{part}-{digest}.{ext}";

/// The file format, and the table format that publishes the files.
struct OutputForm {
  const FileFormatDef* files;
  const TableFormatDef* tables;
  bool is_table() const { return !tables->is_plain_files(); }
};

/// What --output-mode, --table-format and --also name: a file format, or a table format
/// over Parquet files.
arrow::Result<OutputForm> FormOfWord(const std::string& word) {
  for (const FileFormatDef& files : BuiltinFileFormats()) {
    if (files.name != word) continue;
    ARROW_ASSIGN_OR_RAISE(const TableFormatDef* plain, FindTableFormat("files"));
    return OutputForm{&files, plain};
  }
  OutputForm form{};
  ARROW_ASSIGN_OR_RAISE(form.files, FindFileFormat("parquet"));
  ARROW_ASSIGN_OR_RAISE(form.tables, FindTableFormat(word));
  return form;
}

arrow::Result<OutputForm> OutputFormOf(const Arguments& arguments) {
  const std::string mode = arguments.Text("output-mode");
  const std::string format = arguments.Text("table-format");
  if (mode == "table") return FormOfWord(format);
  if (!arguments.Has("table-format")) return FormOfWord(mode);
  if (!arguments.Has("output-mode")) return FormOfWord(format);
  return RequestError(
      fmt::format("--output-mode {} writes no tables: --table-format {}", mode, format),
      "leave one of them out");
}

/// One more target of a run.
struct AlsoTarget {
  OutputForm form;
  std::string output;
  std::string catalog;
};
constexpr std::string_view kAlsoCatalog = ",catalog=";

std::vector<std::string_view> AlsoWords() {
  std::vector<std::string_view> words;
  for (const FileFormatDef& files : BuiltinFileFormats()) words.push_back(files.name);
  for (const TableFormatDef& tables : BuiltinTableFormats()) {
    if (!tables.is_plain_files()) words.push_back(tables.name);
  }
  return words;
}

arrow::Result<AlsoTarget> ParseAlso(const std::string& text) {
  const size_t colon = text.find(':');
  const size_t end = std::min(text.find(kAlsoCatalog), text.size());
  if (colon == std::string::npos || colon + 1 >= end) {
    return RequestError("--also must be FORMAT:OUTPUT: " + text,
                        "for example `--also delta:s3://bucket/lake`");
  }
  const std::string word = text.substr(0, colon);
  const auto words = AlsoWords();
  if (std::find(words.begin(), words.end(), word) == words.end()) {
    return UnknownWord("format of --also", word, {words.begin(), words.end()});
  }
  ARROW_ASSIGN_OR_RAISE(const OutputForm form, FormOfWord(word));
  const size_t catalog = std::min(end + kAlsoCatalog.size(), text.size());
  return AlsoTarget{form, text.substr(colon + 1, end - colon - 1), text.substr(catalog)};
}

arrow::Result<std::vector<AlsoTarget>> AlsoTargetsOf(const Arguments& arguments) {
  std::vector<AlsoTarget> targets;
  for (const std::string& text : arguments.All("also")) {
    ARROW_ASSIGN_OR_RAISE(targets.emplace_back(), ParseAlso(text));
  }
  return targets;
}

/// The same for all names of one directory or prefix.
std::string PlaceOf(std::string output) {
  while (output.size() > 1 && output.ends_with('/')) output.pop_back();
  if (output.starts_with("file://")) output.erase(0, 7);
  if (output.find("://") != std::string::npos) return output;
  std::error_code error;
  const auto path = std::filesystem::weakly_canonical(output, error);
  return error ? output : path.string();
}

std::string CodecNames(const FileFormatDef& format) {
  std::string names;
  for (const auto codec : format.codecs) {
    names += (names.empty() ? "" : ", ") + Compression{codec, {}}.ToString();
  }
  return names;
}

/// `is_also`: a codec that the format cannot use is the one of --output alone.
arrow::Result<FileSettings> FileSettingsOf(const Arguments& arguments,
                                           const OutputForm& form, bool is_also) {
  FileSettings files;
  files.format = form.files->name;
  files.compression = arguments.Text("compression");
  if (!files.compression.empty()) {
    ARROW_ASSIGN_OR_RAISE(const Compression parsed, ParseCompression(files.compression));
    const auto& codecs = form.files->codecs;
    const bool is_known =
        std::find(codecs.begin(), codecs.end(), parsed.codec) != codecs.end();
    if (!is_known && !is_also) {
      return RequestError(fmt::format("{} cannot use compression: {}", form.files->name,
                                      files.compression),
                          "it can use " + CodecNames(*form.files));
    }
    if (arguments.Switch("compress-all") &&
        parsed.codec == arrow::Compression::UNCOMPRESSED) {
      return RequestError(
          "--compress-all has nothing to compress with: --compression none",
          "leave one of them out");
    }
    if (!is_known) files.compression.clear();
  }
  files.extension = form.files->extension;
  files.compress_all = arguments.Switch("compress-all");
  files.parquet_profile = arguments.Text("parquet-profile");
  files.page_checksums = arguments.Switch("page-checksums");
  files.bloom_filters = arguments.List("bloom-filters");
  files.naive_timestamps = arguments.Switch("naive-timestamps");
  return files;
}

bool IsByDay(const Arguments& arguments) {
  const auto is_option = [&](const OptionDef* option) {
    return option->name == "path-format";
  };
  const auto options = OptionsOf(arguments.command());
  const auto at = std::find_if(options.begin(), options.end(), is_option);
  return arguments.Has("start-date") || (at != options.end() && !(*at)->fallback.empty());
}

/// The pattern of paths that was asked for; empty: none.
arrow::Result<std::string> PatternOf(const Arguments& arguments) {
  const std::string format = arguments.Text("path-format");
  const std::string pattern = arguments.Text("path-pattern");
  if (!pattern.empty() && arguments.Has("path-format") && format != pattern) {
    return RequestError(fmt::format("two layouts: --path-format {} and --path-pattern {}",
                                    format, pattern));
  }
  return pattern.empty() ? format : pattern;
}

arrow::Result<PathLayout> LayoutOf(const Arguments& arguments, const OutputForm& form) {
  const bool is_by_day = IsByDay(arguments);
  if (form.is_table()) {
    const char* const files = is_by_day ? kTableFilesByDay : kTableFiles;
    return PathLayout{files, files};
  }
  ARROW_ASSIGN_OR_RAISE(const std::string text, PatternOf(arguments));
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

/// Tables have no path format, so one of the targets must be files.
arrow::Status CheckPattern(const Arguments& arguments, const OutputForm& form) {
  if (!arguments.Has("path-format") && !arguments.Has("path-pattern")) {
    return arrow::Status::OK();
  }
  ARROW_ASSIGN_OR_RAISE(const std::string text, PatternOf(arguments));
  ARROW_ASSIGN_OR_RAISE(const auto also, AlsoTargetsOf(arguments));
  bool has_files = !form.is_table();
  for (const AlsoTarget& target : also) has_files |= !target.form.is_table();
  if (has_files) return arrow::Status::OK();
  return RequestError("tables have no path format: " + text,
                      "`--output-mode parquet` writes files by such a format");
}

bool HasOption(std::string_view options, std::string_view option) {
  const auto words = Words(options);
  return std::find(words.begin(), words.end(), option) != words.end();
}

/// An option of some formats must have a target in one of them. `form`: its member for
/// such a format, `kind` what such formats are of, `choose` how one is asked for.
template <typename Def>
arrow::Status CheckOptionsOf(std::span<const Def> formats, const Arguments& arguments,
                             const std::vector<OutputForm>& forms,
                             const Def* OutputForm::*member, std::string_view kind,
                             std::string_view choose) {
  for (const Def& format : formats) {
    for (const std::string_view option : Words(format.options)) {
      const bool is_taken =
          std::any_of(forms.begin(), forms.end(), [&](const OutputForm& form) {
            return HasOption((form.*member)->options, option);
          });
      if (!arguments.Has(option) || is_taken) continue;
      return RequestError(
          fmt::format("--{} is for {} {}, and none are written: {}", option, format.name,
                      kind, (forms.front().*member)->name),
          fmt::format("leave it out, or write `--{} {}`", choose, format.name));
    }
  }
  return arrow::Status::OK();
}

arrow::Status CheckFormatOptions(const Arguments& arguments, const OutputForm& form) {
  ARROW_ASSIGN_OR_RAISE(const auto also, AlsoTargetsOf(arguments));
  std::vector<OutputForm> forms{form};
  for (const AlsoTarget& one : also) forms.push_back(one.form);
  ARROW_RETURN_NOT_OK(CheckOptionsOf(BuiltinFileFormats(), arguments, forms,
                                     &OutputForm::files, "files", "output-mode"));
  return CheckOptionsOf(BuiltinTableFormats(), arguments, forms, &OutputForm::tables,
                        "tables", "table-format");
}

/// What is asked of tables, of a format that has all of it or a part.
arrow::Result<TableSettings> TableSettingsOf(const Arguments& arguments,
                                             const TableFormatDef& format) {
  TableSettings settings;
  const auto is_stated = [&](std::string_view option) {
    return arguments.Has(option) && HasOption(format.options, option);
  };
  if (is_stated("table-statistics")) {
    settings.statistics = arguments.Text("table-statistics");
  }
  if (is_stated("iceberg-version")) {
    ARROW_ASSIGN_OR_RAISE(const auto version, arguments.Integer("iceberg-version", 2, 3));
    settings.version = static_cast<int>(*version);
  }
  if (is_stated("auto-compact")) settings.auto_compact = arguments.Switch("auto-compact");
  return settings;
}

arrow::Status TakeForm(const Arguments& arguments, const OutputForm& form, bool is_also,
                       PlanRequest* request) {
  request->table_format = form.tables->name;
  request->dialect = form.tables->partitions;
  request->cost = form.files->cost;
  ARROW_ASSIGN_OR_RAISE(request->files, FileSettingsOf(arguments, form, is_also));
  ARROW_ASSIGN_OR_RAISE(request->layout, LayoutOf(arguments, form));
  ARROW_ASSIGN_OR_RAISE(request->table_settings,
                        TableSettingsOf(arguments, *form.tables));
  return arrow::Status::OK();
}

}  // namespace

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
  ARROW_ASSIGN_OR_RAISE(const OutputForm form, OutputFormOf(arguments));
  ARROW_RETURN_NOT_OK(CheckPattern(arguments, form));
  ARROW_RETURN_NOT_OK(CheckFormatOptions(arguments, form));
  ARROW_RETURN_NOT_OK(TakeForm(arguments, form, false, &request));
  request.sort = {arguments.List("sort-by"), false};
  if (const auto curve = arguments.List("z-order-by"); !curve.empty()) {
    if (!request.sort.empty()) {
      return RequestError("rows lie in one order: --sort-by and --z-order-by",
                          "leave one of them out");
    }
    request.sort = {curve, true};
  }
  request.partition_by = arguments.List("partition-by");
  ARROW_ASSIGN_OR_RAISE(const auto bytes, arguments.Bytes("file-size"));
  request.file_bytes = *bytes;
  ARROW_ASSIGN_OR_RAISE(request.file_rows,
                        arguments.Integer("file-rows-target", 1, kMostRows));
  if (request.file_rows && arguments.Has("file-size")) {
    return RequestError("--file-size and --file-rows-target exclude each other");
  }
  return request;
}

arrow::Result<std::vector<AlsoRequest>> AlsoRequestsOf(const Arguments& arguments,
                                                       const PlanRequest& first) {
  ARROW_ASSIGN_OR_RAISE(const auto targets, AlsoTargetsOf(arguments));
  std::vector<AlsoRequest> requests;
  std::vector<std::string> places{PlaceOf(first.output)};
  for (const AlsoTarget& target : targets) {
    PlanRequest request = first;
    request.output = target.output;
    ARROW_RETURN_NOT_OK(TakeForm(arguments, target.form, true, &request));
    if (!request.file_rows && request.files.format != first.files.format) {
      request.cut_format = first.files.format;
      request.cut_values = first.cost.values;
    }
    const std::string place = PlaceOf(request.output);
    if (std::find(places.begin(), places.end(), place) != places.end()) {
      return RequestError("two targets in one place: " + request.output,
                          "each --also needs an output of its own");
    }
    places.push_back(place);
    requests.push_back({std::move(request), target.catalog});
  }
  return requests;
}

}  // namespace lakeseed
