#include "lakeseed/spec/late_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/literal.h"

namespace lakeseed {
namespace {

constexpr int64_t kLongestLag = 366;  // Days; a day reads back as many.
constexpr char kHowToWrite[] = "write {1d: 6%, 2d: 3%}: lags in days, shares of the rows";

/// Whole days of "1d", "48h", "2w"; 0 after a report.
int32_t ReadLag(const SpecNode& key, const Field& field) {
  const auto span = ParseDurationLiteral(key.text);
  const char* reason = nullptr;
  if (!span) {
    reason = "not a span of time";
  } else if (*span <= 0 || *span % kMicrosecondsPerDay != 0) {
    reason = "a lag is a whole number of days, at least one";
  } else if (*span > kLongestLag * kMicrosecondsPerDay) {
    reason = "a lag is at most 366 days";
  } else {
    return static_cast<int32_t>(*span / kMicrosecondsPerDay);
  }
  field.errors->Add(key.place, field.path, reason, key.text, kHowToWrite);
  return 0;
}

bool IsOfEvents(const Field& field, const TableSpec& table) {
  if (table.events) return true;
  field.Error("only rows of `events:` come late",
              table.children ? "children come with their parent's row"
                             : "populations and their histories have copies by day");
  return false;
}

}  // namespace

void ReadLate(const Field& field, TableSpec* table) {
  if (field.node.broken || !IsOfEvents(field, *table)) return;
  if (!field.node.is_mapping() || field.node.entries.empty()) {
    return field.Error("must say how many rows come how late", kHowToWrite);
  }
  double sum = 0;
  for (const auto& [key, value] : field.node.entries) {
    const int32_t days = ReadLag(key, field);
    const Field child{value, field.path + "." + key.text, field.errors};
    const auto share = value.broken ? std::nullopt : ReadDouble(child, 0, 1);
    if (days == 0 || !share) continue;
    const bool is_twice =
        std::any_of(table->late.begin(), table->late.end(),
                    [&](const LateShare& other) { return other.days == days; });
    if (is_twice) {
      field.errors->Add(key.place, field.path, "lag stands twice", key.text);
      continue;
    }
    table->late.push_back({days, *share});
    sum += *share;
  }
  std::sort(table->late.begin(), table->late.end(),
            [](const LateShare& a, const LateShare& b) { return a.days < b.days; });
  if (sum >= 1) {
    field.errors->Add(field.node.place, field.path,
                      "shares must sum to less than 1: the rest arrives on its own day",
                      fmt::format("{:.6g}", sum));
  }
}

}  // namespace lakeseed
