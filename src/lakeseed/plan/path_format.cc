#include "lakeseed/plan/path_format.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"

namespace lakeseed {
namespace {

constexpr PathFormatDef kFormats[] = {
    {"nested", "{yyyy}/{mm}/{dd}/{table}", "{yyyy}/{mm}/{dd}/{table}/part-{part}"},
    {"flat", "{yyyymmdd}_{table}", "{yyyymmdd}_{table}_part-{part}"},
    {"nested_daily", "{yyyy}/{mm}/{dd}/{table}/data",
     "{yyyy}/{mm}/{dd}/{table}/data-{part}"},
    {"nested_monthly", "{yyyy}/{mm}/{table}_{yyyymmdd}",
     "{yyyy}/{mm}/{table}_{yyyymmdd}_part-{part}"},
    {"nested_yearly", "{yyyy}/{table}_{yyyymmdd}",
     "{yyyy}/{table}_{yyyymmdd}_part-{part}"},
    {"flat_with_date", "{table}_{yyyymmdd}", "{table}_{yyyymmdd}_part-{part}"},
    {"flat_with_date_prefix", "{yyyymmdd}_{table}", "{yyyymmdd}_{table}_part-{part}"},
    {"hive_partitioned", "{table}/year={yyyy}/month={mm}/day={dd}/data",
     "{table}/year={yyyy}/month={mm}/day={dd}/data-{part}"},
    {"hive_monthly", "{table}/year={yyyy}/month={mm}/{table}_{yyyymmdd}",
     "{table}/year={yyyy}/month={mm}/{table}_{yyyymmdd}_part-{part}"},
    {"iso_week", "{iso_yyyy}/week_{iso_ww}/{table}_{yyyymmdd}",
     "{iso_yyyy}/week_{iso_ww}/{table}_{yyyymmdd}_part-{part}"},
    {"quarter_based", "{yyyy}/Q{q}/{table}_{yyyymmdd}",
     "{yyyy}/Q{q}/{table}_{yyyymmdd}_part-{part}"},
};

constexpr std::string_view kDatePlaceholders[] = {
    "{yyyy}", "{mm}", "{dd}",     "{yyyymmdd}", "{yyyy_mm_dd}",
    "{q}",    "{ww}", "{iso_ww}", "{iso_yyyy}"};

bool HasAny(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

/// `pattern` with {base_path} spelled out and one extension at its end.
std::string Completed(std::string_view pattern) {
  std::string text(pattern);
  constexpr std::string_view kBase = "{base_path}";
  for (size_t at = text.find(kBase); at != std::string::npos; at = text.find(kBase)) {
    text.replace(at, kBase.size(), kDatasetFolder);
  }
  if (text.ends_with(".{ext}")) return text;
  for (const std::string_view known : {".parquet", ".csv", ".jsonl", ".json", ".arrow"}) {
    if (text.ends_with(known)) text.resize(text.size() - known.size());
  }
  return text + ".{ext}";
}

}  // namespace

std::span<const PathFormatDef> PathFormats() { return kFormats; }

arrow::Result<PathLayout> LayoutOfPattern(std::string_view pattern) {
  constexpr std::string_view kTables[] = {"{table}", "{table_name}"};
  if (!HasAny(pattern, kTables)) {
    return RequestError(fmt::format("path pattern has no {{table}}: {}", pattern),
                        "files of different tables need different paths");
  }
  PathLayout layout;
  layout.single = Completed(pattern);
  layout.parts = layout.single;
  if (layout.parts.find("{part}") == std::string::npos) {
    layout.parts.insert(layout.parts.size() - std::string_view(".{ext}").size(),
                        "_part-{part}");
  }
  return layout;
}

arrow::Result<PathLayout> LayoutByDay(std::string_view name_or_pattern) {
  std::vector<std::string> names;
  for (const PathFormatDef& one : kFormats) {
    if (one.name == name_or_pattern) {
      const auto whole = [](std::string_view path) {
        return fmt::format("{}/{}.{{ext}}", kDatasetFolder, path);
      };
      return PathLayout{whole(one.single), whole(one.parts)};
    }
    names.emplace_back(one.name);
  }
  if (name_or_pattern.find('{') == std::string_view::npos) {
    const std::string nearest = DidYouMean(name_or_pattern, names);
    return RequestError(
        fmt::format("unknown path format: {}", name_or_pattern),
        fmt::format("{}{}path formats are {}; or a pattern such as "
                    "{{table}}/{{yyyymmdd}}",
                    nearest, nearest.empty() ? "" : " ", fmt::join(names, ", ")));
  }
  ARROW_ASSIGN_OR_RAISE(PathLayout layout, LayoutOfPattern(name_or_pattern));
  if (!HasAny(layout.single, kDatePlaceholders)) {
    return RequestError(
        fmt::format("path pattern has no date: {}", name_or_pattern),
        "files of different days need different paths: {yyyy} {mm} {dd} {yyyymmdd} "
        "{yyyy_mm_dd} {q} {ww} {iso_ww}");
  }
  return layout;
}

}  // namespace lakeseed
