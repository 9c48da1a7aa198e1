#include "lakeseed/validate/days_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/spec/frequency.h"
#include "lakeseed/validate/day_facts.h"
#include "lakeseed/validate/late_rows.h"
#include "lakeseed/validate/relations.h"

namespace lakeseed {
namespace {

class DaysCheck {
 public:
  DaysCheck(DatasetFiles* files, const TableSpec& table,
            const std::map<int32_t, RowRange>* expected, int64_t max_examples)
      : files_(*files),
        table_(table),
        own_(files->Find(table.name)),
        frequency_(FrequencyOf(files->spec(), table)),
        expected_(expected),
        max_examples_(max_examples) {}

  void Run(ValidationReport* report) {
    for (const int32_t day : own_->broken_days) states_[day] = DayState::kUnreadable;
    DropDoubled();
    if (!own_->facts->files.empty()) {
      FindMisplaced();
      FindMissing();
      CompareCounts();
      CompareRows();
    }
    Publish(report);
    if (own_->is_events_by_day()) SortByRows();
  }

 private:
  static Check Rule(const char* what) {
    return {.rule = std::string("days:") + what, .kind = "days"};
  }
  const FileFacts& file(size_t i) const { return own_->facts->files[i]; }

  void Found(Check* check, std::string path, std::string expected, std::string found) {
    ++check->violations;
    if (static_cast<int64_t>(check->examples.size()) >= max_examples_) return;
    check->examples.push_back(
        {std::move(path), -1, "", std::move(expected), std::move(found)});
  }
  void Break(int32_t day, DayState state) {
    own_->broken_days.insert(day);
    states_[day] = state;
  }

  void DropDoubled();
  size_t LessLikely(size_t a, size_t b, const std::vector<bool>& drop) const;
  int Fit(size_t i) const;
  void FindMisplaced();
  std::string WhereElse(size_t i, bool path_has_date, bool* is_whole) const;
  std::string OtherDay(size_t i, bool* is_whole) const;
  std::string OtherTime(size_t i, bool* is_whole) const;
  std::string OtherParents(size_t i) const;
  std::optional<std::pair<int64_t, int64_t>> ParentKeys(int32_t day) const;
  void FindMissing();
  void CompareCounts();
  void CompareRows();
  void Publish(ValidationReport* report);
  void SortByRows();

  DatasetFiles& files_;
  const TableSpec& table_;
  TableFiles* const own_;
  const std::optional<Frequency> frequency_;
  const std::map<int32_t, RowRange>* const expected_;
  const int64_t max_examples_;
  Check doubled_ = Rule("doubled"), misplaced_ = Rule("misplaced"),
        missing_ = Rule("missing"), counts_ = Rule("counts"), ids_ = Rule("ids");
  std::map<int32_t, DayState> states_;  ///< Of days that are not sound.
};

// 2: it holds all that is planned for its day, 1: a part of it, 0: other rows.
int DaysCheck::Fit(size_t i) const {
  const auto range = expected_->find(*file(i).day);
  if (range == expected_->end()) return 0;
  const RowRange rows{file(i).first_row, file(i).end_row};
  if (rows == range->second) return 2;
  return range->second.begin <= rows.begin && rows.end <= range->second.end ? 1 : 0;
}

// Of two files with the same rows the one that is not where it should be.
size_t DaysCheck::LessLikely(size_t a, size_t b, const std::vector<bool>& drop) const {
  if (expected_ != nullptr && Fit(a) != Fit(b)) return Fit(a) > Fit(b) ? b : a;
  const auto has_other = [&](size_t i) {
    for (size_t j = 0; j < drop.size(); ++j) {
      if (j != a && j != b && !drop[j] && file(j).day == file(i).day) return true;
    }
    return false;
  };
  if (has_other(a) != has_other(b)) return has_other(a) ? a : b;
  return std::max(a, b);
}

void DaysCheck::DropDoubled() {
  const size_t count = own_->facts->files.size();
  std::vector<bool> drop(count, false);
  std::vector<size_t> order;
  for (size_t i = 0; i < count; ++i) {
    if (file(i).day) {
      order.push_back(i);
      continue;
    }
    drop[i] = true;
    Found(&doubled_, file(i).path, "files by day only", "a file of all days at once");
  }
  const auto sweep = [&](bool within_day) {
    std::optional<size_t> last;
    for (const size_t i : order) {
      // Parts without rows are sound: of members that have all left, for example.
      if (drop[i] || file(i).first_row == file(i).end_row) continue;
      const bool meets = last && (!within_day || file(*last).day == file(i).day);
      if (!meets || file(i).first_row >= file(*last).end_row) {
        last = i;
        continue;
      }
      const size_t loser = LessLikely(*last, i, drop), winner = loser == i ? *last : i;
      drop[loser] = true;
      last = winner;
      Found(&doubled_, file(loser).path,
            fmt::format("rows {} to {} once", file(loser).first_row, file(loser).end_row),
            fmt::format("also in {}", file(winner).path));
      states_[*file(loser).day] = DayState::kDoubled;
    }
  };
  sweep(true);
  if (own_->is_events_by_day()) {
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return file(a).first_row < file(b).first_row;
    });
    sweep(false);
  } else if (frequency_ == Frequency::kOnce && !order.empty()) {
    for (const size_t i : order) {
      if (drop[i] || file(i).day == file(order[0]).day) continue;
      drop[i] = true;
      Found(&doubled_, file(i).path,
            "one copy, that of " + FormatDate(*file(order[0]).day),
            "a copy of " + FormatDate(*file(i).day));
    }
  }
  if (std::find(drop.begin(), drop.end(), true) == drop.end()) return;
  std::vector<size_t> kept;
  for (size_t i = 0; i < count; ++i) {
    if (!drop[i]) kept.push_back(i);
  }
  *own_ = own_->Only(kept);
  for (const auto& [day, state] : states_) {
    const auto& left = own_->facts->files;
    const bool is_there =
        std::any_of(left.begin(), left.end(),
                    [&, day = day](const FileFacts& one) { return one.day == day; });
    if (state == DayState::kDoubled && !is_there) own_->broken_days.insert(day);
  }
}

// The keys that the parent's files of a day have.
std::optional<std::pair<int64_t, int64_t>> DaysCheck::ParentKeys(int32_t day) const {
  const TableFiles* parent = files_.Find(table_.children->parent);
  if (parent == nullptr || parent->broken_days.contains(day)) return std::nullopt;
  const std::string key = KeyColumn(*files_.spec().FindTable(table_.children->parent));
  std::optional<std::pair<int64_t, int64_t>> keys;
  for (const FileFacts& one : parent->facts->files) {
    if (one.day != day) continue;
    std::pair<int64_t, int64_t> here{one.first_row + 1, one.end_row};
    if (own_->kind == DayKind::kArrivals) {
      if (one.num_rows == 0) continue;
      const ColumnFacts* column = FindColumn(one, key);
      if (column == nullptr || !column->min.is_number_integer()) return std::nullopt;
      here = {column->min.get<int64_t>(), column->max.get<int64_t>()};
    }
    if (!keys) keys = here;
    keys = {std::min(keys->first, here.first), std::max(keys->second, here.second)};
  }
  return keys;
}

std::string DaysCheck::OtherParents(size_t i) const {
  const ColumnFacts* column = FindColumn(file(i), ParentLink(files_.spec(), table_));
  const auto keys = ParentKeys(*file(i).day);
  if (column == nullptr || !keys || !column->min.is_number_integer() ||
      !column->max.is_number_integer()) {
    return "";
  }
  const int64_t first = column->min.get<int64_t>(), last = column->max.get<int64_t>();
  const auto is_out = [&](int64_t key) {
    return key < keys->first || key > keys->second;
  };
  // One strange link is for `reference` to tell.
  if (!is_out(first) || !is_out(last)) return "";
  return fmt::format("children of {} {} to {}", table_.children->parent, first, last);
}

// Late rows happened as long before as they are late, and arrive on the day itself.
std::string DaysCheck::OtherTime(size_t i, bool* is_whole) const {
  const int32_t day = *file(i).day;
  const auto zone = TimeZone::Load(ZoneOf(RootOf(files_.spec(), table_)));
  if (!zone.ok()) return "";
  const int32_t longest = LongestLag(files_.spec(), table_);
  for (const std::string fact : {"$time", "$day", "$arrival_day"}) {
    const ColumnFacts* column = FindColumn(file(i), ColumnOfFact(table_, fact));
    const auto days = column == nullptr ? std::nullopt : DaysOfColumn(*column, *zone);
    const int32_t from = fact == "$arrival_day" ? day : day - longest;
    if (!days || (days->first >= from && days->last <= day)) continue;
    *is_whole = (days->first < from || days->first > day) &&
                (days->last < from || days->last > day);
    const bool is_one = days->first == days->last;
    return is_one ? "rows of " + FormatDate(days->first)
                  : fmt::format("rows of {} to {}", FormatDate(days->first),
                                FormatDate(days->last));
  }
  return "";
}

// What says that rows are of another day: an instant, a date, the parent's rows.
std::string DaysCheck::OtherDay(size_t i, bool* is_whole) const {
  if (own_->kind == DayKind::kCopies) {
    const ColumnFacts* born = FindColumn(file(i), ColumnOfFact(table_, "$born"));
    const auto days = born == nullptr ? std::nullopt : DaysOfColumn(*born, TimeZone());
    return days && days->last > *file(i).day ? "a row born on " + FormatDate(days->last)
                                             : "";
  }
  return table_.children ? OtherParents(i) : OtherTime(i, is_whole);
}

std::string DaysCheck::WhereElse(size_t i, bool path_has_date, bool* is_whole) const {
  const int32_t day = *file(i).day;
  if (frequency_ && !IsDue(*frequency_, day)) {
    return fmt::format("a copy on a day that is not due, which is {}",
                       ToString(*frequency_));
  }
  const auto date = DateOfPath(file(i).path);
  if (path_has_date && date && *date != day) return "a path of " + FormatDate(*date);
  return OtherDay(i, is_whole);
}

void DaysCheck::FindMisplaced() {
  const size_t count = own_->facts->files.size();
  size_t with_date = 0;
  for (size_t i = 0; i < count; ++i)
    with_date += DateOfPath(file(i).path) == *file(i).day;
  for (size_t i = 0; i < count; ++i) {
    misplaced_.checked_rows += file(i).num_rows;
    bool is_whole = true;
    // Patterns may spell dates in ways that only look like others.
    const std::string found = WhereElse(i, 2 * with_date > count, &is_whole);
    if (found.empty()) continue;
    Found(&misplaced_, file(i).path, "rows of " + FormatDate(*file(i).day), found);
    if (is_whole) Break(*file(i).day, DayState::kMisplaced);
  }
}

void DaysCheck::FindMissing() {
  missing_.checked_rows = misplaced_.checked_rows;
  if (frequency_ == Frequency::kOnce) return;
  std::set<int32_t> there;
  for (const FileFacts& one : own_->facts->files) there.insert(*one.day);
  for (int32_t day = *there.begin(); day <= *there.rbegin(); ++day) {
    if (frequency_ && !IsDue(*frequency_, day)) continue;
    // A day whose only files were those of another one is told as doubled.
    if (there.contains(day) || states_.contains(day)) continue;
    Found(&missing_, "", "files of " + FormatDate(day), "none");
    Break(day, DayState::kMissing);
  }
}

void DaysCheck::CompareCounts() {
  if (expected_ == nullptr) {
    counts_.skipped_reason = "the plan is not known here";
    return;
  }
  std::map<int32_t, RowRange> found;
  for (const FileFacts& one : own_->facts->files) {
    const auto [at, added] =
        found.try_emplace(*one.day, RowRange{one.first_row, one.first_row});
    at->second.end += one.num_rows;
  }
  for (const auto& [day, rows] : found) {
    if (own_->broken_days.contains(day)) continue;
    counts_.checked_rows += rows.length();
    const auto plan = expected_->find(day);
    if (plan == expected_->end() || plan->second.length() == rows.length()) continue;
    Found(&counts_, "",
          fmt::format("{} rows on {}", plan->second.length(), FormatDate(day)),
          std::to_string(rows.length()));
    states_[day] = DayState::kMiscounted;
  }
}

// Rows of a copy count from 0; those of events go on where the day before ended.
void DaysCheck::CompareRows() {
  const bool is_copy = own_->kind == DayKind::kCopies;
  std::optional<int32_t> last_day;
  int64_t next = 0;
  for (const FileFacts& one : own_->facts->files) {
    ids_.checked_rows += one.num_rows;
    const int32_t day = *one.day;
    const bool is_new = day != last_day;
    const bool is_known = !is_new || is_copy || (last_day && *last_day == day - 1);
    if (is_new && is_copy) next = 0;
    if (states_.contains(day) && states_[day] != DayState::kDoubled) {
      last_day.reset();
      continue;
    }
    if (!last_day && !is_copy && expected_ != nullptr) {
      const auto plan = expected_->find(day);
      if (plan != expected_->end() && plan->second.begin != one.first_row) {
        Found(&ids_, one.path, fmt::format("first row {}", plan->second.begin),
              std::to_string(one.first_row));
      }
    } else if ((is_known || is_copy) && one.first_row != next) {
      Found(&ids_, one.path, fmt::format("first row {}", next),
            std::to_string(one.first_row));
    }
    next = one.end_row;
    last_day = day;
  }
}

// Checks see rows in the order of their numbers, wherever their files are.
void DaysCheck::SortByRows() {
  std::vector<size_t> places(own_->facts->files.size());
  std::iota(places.begin(), places.end(), size_t{0});
  const auto by_row = [&](size_t a, size_t b) {
    return file(a).first_row < file(b).first_row;
  };
  if (std::is_sorted(places.begin(), places.end(), by_row)) return;
  std::stable_sort(places.begin(), places.end(), by_row);
  *own_ = own_->Only(places);
}

void DaysCheck::Publish(ValidationReport* report) {
  for (Check* check : {&missing_, &doubled_, &misplaced_, &counts_, &ids_}) {
    check->table = table_.name;
    report->checks.push_back(std::move(*check));
  }
  const char* kind = own_->kind == DayKind::kArrivals ? "arrivals" : "events";
  TableDays days{.table = table_.name,
                 .kind = frequency_ ? std::string(ToString(*frequency_)) : kind};
  std::map<int32_t, DayRows> rows;
  for (const FileFacts& one : own_->facts->files) rows[*one.day].rows += one.num_rows;
  for (const auto& [day, state] : states_) rows[day].state = state;
  for (auto& [day, one] : rows) {
    one.day = day;
    days.days.push_back(one);
  }
  report->days.push_back(std::move(days));
}

}  // namespace

void CheckDays(DatasetFiles* files, const TableSpec& table, const ExpectedDays& expected,
               int64_t max_examples, ValidationReport* report) {
  const auto of_table = expected.find(table.name);
  DaysCheck check(files, table, of_table == expected.end() ? nullptr : &of_table->second,
                  max_examples);
  check.Run(report);
}

}  // namespace lakeseed
