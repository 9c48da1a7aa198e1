#include "lakeseed/plan/layout.h"

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"

namespace lakeseed {
namespace {

constexpr std::string_view kPlaceholders[] = {
    "dataset", "table",    "table_name", "part", "ext", "digest", "yyyy",    "mm",
    "dd",      "yyyymmdd", "yyyy_mm_dd", "q",    "ww",  "iso_ww", "iso_yyyy"};

arrow::Result<std::string> DateText(std::string_view name, int32_t day) {
  const CivilDate date = CivilFromDays(day);
  if (name == "yyyy") return fmt::format("{:04}", date.year);
  if (name == "mm") return fmt::format("{:02}", date.month);
  if (name == "dd") return fmt::format("{:02}", date.day);
  if (name == "yyyymmdd") {
    return fmt::format("{:04}{:02}{:02}", date.year, date.month, date.day);
  }
  if (name == "yyyy_mm_dd") {
    return fmt::format("{:04}_{:02}_{:02}", date.year, date.month, date.day);
  }
  if (name == "q") return fmt::format("{}", Quarter(day));
  if (name == "iso_yyyy") return fmt::format("{:04}", IsoWeekOf(day).year);
  return fmt::format("{:02}", IsoWeekOf(day).week);  // ww, iso_ww
}

arrow::Result<std::string> ValueOf(std::string_view name, const PathFacts& facts) {
  if (name == "dataset") return std::string(facts.dataset);
  if (name == "table" || name == "table_name") return std::string(facts.table);
  if (name == "ext") return std::string(facts.extension);
  if (name == "digest") return std::string(facts.digest);
  if (name == "part") return fmt::format("{:05}", facts.part);
  if (std::find(std::begin(kPlaceholders), std::end(kPlaceholders), name) ==
      std::end(kPlaceholders)) {
    const std::string nearest = DidYouMean(name, kPlaceholders);
    return RequestError(fmt::format("unknown placeholder in path pattern: {{{}}}", name),
                        nearest.empty()
                            ? "known are {dataset} {table} {part} {yyyy} {mm} "
                              "{dd} {yyyymmdd} {yyyy_mm_dd} {q} {ww} {iso_ww}"
                            : nearest);
  }
  if (!facts.day) {
    return RequestError(
        fmt::format("path pattern needs a date, but files here have none: {{{}}}", name),
        "patterns by date are for runs day by day");
  }
  return DateText(name, *facts.day);
}

arrow::Status CheckPath(std::string_view path) {
  const auto bad = [&](std::string_view reason) {
    return RequestError(fmt::format("{}: {}", reason, path));
  };
  if (path.empty() || path.front() == '/') return bad("path is not below the output");
  if (path.size() > 1024) return bad("path is longer than 1024 bytes");
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || std::string_view("<>:\"\\|?*").find(c) != std::string_view::npos) {
      return bad("path has a character that not every store takes");
    }
  }
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    if (name.empty()) return bad("path has an empty name");
    if (name == "." || name == "..") return bad("path leaves the output");
    begin = end + 1;
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::string> ExpandPath(std::string_view pattern, const PathFacts& facts) {
  std::string path;
  for (size_t i = 0; i < pattern.size();) {
    if (pattern[i] == '}')
      return RequestError(fmt::format("stray }} in path pattern: {}", pattern));
    if (pattern[i] != '{') {
      path += pattern[i++];
      continue;
    }
    const size_t close = pattern.find('}', i);
    if (close == std::string_view::npos) {
      return RequestError(fmt::format("open {{ in path pattern: {}", pattern));
    }
    ARROW_ASSIGN_OR_RAISE(const std::string value,
                          ValueOf(pattern.substr(i + 1, close - i - 1), facts));
    path += value;
    i = close + 1;
  }
  ARROW_RETURN_NOT_OK(CheckPath(path));
  return path;
}

}  // namespace lakeseed
