// history: the rows of a `history_of` table are versions that follow each other; each
// living member has one that is open; a version differs from the one before it.

#include <arrow/api.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

#include "lakeseed/base/date.h"
#include "lakeseed/validate/cells.h"
#include "lakeseed/validate/relations.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

/// Last day of a version that is open.
const int64_t kOpenDay = DaysFromCivil(9999, 12, 31);
/// A redrawn value may by chance be the old one, where a law has hardly another.
constexpr int64_t kLeastOfSame = 20, kMostSameOf = 10;

/// Columns of a history's files, and their slots; -1: there is none.
struct VersionColumns {
  std::string member, from, to, current, version;
  int member_slot = -1, from_slot = -1, to_slot = -1, current_slot = -1,
      version_slot = -1;
};

arrow::Result<int> SlotOf(CheckBuilder& builder, const std::string& column,
                          const char* what, bool is_needed) {
  if (column.empty()) {
    if (!is_needed) return -1;
    return arrow::Status::NotImplemented("no column holds ", what);
  }
  ARROW_ASSIGN_OR_RAISE(const auto slot, builder.scope().Column(column));
  if (!HoldsIntegers(*slot.type) && slot.type->id() != arrow::Type::BOOL) {
    return arrow::Status::NotImplemented(column, " has a type of another kind");
  }
  return slot.index;
}

arrow::Result<VersionColumns> FindColumns(CheckBuilder& builder) {
  const TableSpec& table = builder.table();
  VersionColumns columns{.member = MemberColumn(builder.dataset(), table),
                         .from = ColumnOfFact(table, "$valid_from"),
                         .to = ColumnOfFact(table, "$valid_to"),
                         .current = ColumnOfFact(table, "$current"),
                         .version = ColumnOfFact(table, "$version")};
  ARROW_ASSIGN_OR_RAISE(columns.member_slot,
                        SlotOf(builder, columns.member, "the member's key", true));
  ARROW_ASSIGN_OR_RAISE(columns.from_slot,
                        SlotOf(builder, columns.from, "$valid_from", true));
  ARROW_ASSIGN_OR_RAISE(columns.to_slot, SlotOf(builder, columns.to, "$valid_to", true));
  ARROW_ASSIGN_OR_RAISE(columns.current_slot,
                        SlotOf(builder, columns.current, "$current", false));
  ARROW_ASSIGN_OR_RAISE(columns.version_slot,
                        SlotOf(builder, columns.version, "$version", false));
  return columns;
}

// The versions of one member come in order of time, each from the day on which the one
// before it ends; the open one is the current one.
class IntervalCheck final : public TableCheck {
 public:
  IntervalCheck(Check check, int64_t max_examples, VersionColumns columns)
      : TableCheck(std::move(check), max_examples), columns_(std::move(columns)) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    Read(block, columns_.member_slot, &members_);
    Read(block, columns_.from_slot, &from_);
    Read(block, columns_.to_slot, &to_);
    Read(block, columns_.current_slot, &current_);
    Read(block, columns_.version_slot, &version_);
    for (int64_t i = 0; i < block.length; ++i) Look(block, i);
    return arrow::Status::OK();
  }

 private:
  struct Last {
    int64_t to = 0;
    int64_t version = 0;
  };

  static void Read(const RowBlock& block, int slot, std::vector<int64_t>* values) {
    if (slot >= 0) ReadIntegers(*block.slots[static_cast<size_t>(slot)], values);
  }
  static std::string Day(int64_t day) { return FormatDate(static_cast<int32_t>(day)); }

  void Look(const RowBlock& block, int64_t i) {
    const auto at = static_cast<size_t>(i);
    const auto [last, is_first] = last_.try_emplace(members_[at]);
    if (to_[at] <= from_[at]) {
      Found(block, i, columns_.to, "after " + Day(from_[at]), Day(to_[at]));
    }
    if (!is_first && from_[at] != last->second.to) {
      Found(block, i, columns_.from, Day(last->second.to) + ", where the one before ends",
            Day(from_[at]));
    }
    const int64_t number = last->second.version + 1;
    if (columns_.version_slot >= 0 && version_[at] != number) {
      Found(block, i, columns_.version, std::to_string(number),
            std::to_string(version_[at]));
    }
    if (columns_.current_slot >= 0 && (current_[at] != 0) != (to_[at] == kOpenDay)) {
      Found(block, i, columns_.current, to_[at] == kOpenDay ? "true" : "false",
            current_[at] != 0 ? "true" : "false");
    }
    last->second = {to_[at], number};
  }

  const VersionColumns columns_;
  std::unordered_map<int64_t, Last> last_;
  std::vector<int64_t> members_, from_, to_, current_, version_;
};

// Each living member has one open version, and nobody else has.
class LivingCheck final : public TableCheck {
 public:
  LivingCheck(Check check, int64_t max_examples, VersionColumns columns,
              const DatasetFiles& files, std::string base, std::string key,
              std::string alive, std::optional<int32_t> day)
      : TableCheck(std::move(check), max_examples),
        columns_(std::move(columns)),
        files_(files),
        base_(std::move(base)),
        key_(std::move(key)),
        alive_(std::move(alive)),
        day_(day) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    ReadIntegers(*block.slots[static_cast<size_t>(columns_.member_slot)], &members_);
    ReadIntegers(*block.slots[static_cast<size_t>(columns_.to_slot)], &to_);
    for (int64_t i = 0; i < block.length; ++i) {
      const auto at = static_cast<size_t>(i);
      if (to_[at] != kOpenDay || ++open_[members_[at]] < 2) continue;
      Found(block, i, columns_.to, "one open version of a member", "another one");
    }
    return arrow::Status::OK();
  }

  arrow::Status End() override {
    std::vector<std::string> wanted{key_};
    if (!alive_.empty()) wanted.push_back(alive_);
    std::vector<int32_t> days;
    if (day_) days = {*day_};
    TableReader reader = files_.Read(base_, wanted, day_ ? &days : nullptr);
    RowBlock block;
    std::vector<int64_t> keys, alive;
    while (true) {
      ARROW_ASSIGN_OR_RAISE(const bool more, reader.Next(&block));
      if (!more) break;
      ReadIntegers(*block.slots[0], &keys);
      if (!alive_.empty()) ReadIntegers(*block.slots[1], &alive);
      for (size_t i = 0; i < keys.size(); ++i) {
        const bool lives = alive_.empty() || alive[i] != 0;
        if (lives != (open_.erase(keys[i]) > 0)) Differs(keys[i], lives);
      }
    }
    for (const auto& [member, count] : open_) Differs(member, false);
    return arrow::Status::OK();
  }

 private:
  void Differs(int64_t member, bool lives) {
    FoundAtAll(
        columns_.to,
        fmt::format("{} open version of {} {}", lives ? "one" : "no", base_, member),
        lives ? "none" : "one");
  }

  const VersionColumns columns_;
  const DatasetFiles& files_;
  const std::string base_, key_, alive_;
  const std::optional<int32_t> day_;
  std::unordered_map<int64_t, int> open_;  ///< Open versions, by member.
  std::vector<int64_t> members_, to_;
};

// A version differs from the one before it in what changes in the course of time.
class DifferenceCheck final : public TableCheck {
 public:
  DifferenceCheck(Check check, int64_t max_examples, int member,
                  std::vector<std::string> columns, std::vector<int> slots)
      : TableCheck(std::move(check), max_examples),
        member_(member),
        columns_(std::move(columns)),
        slots_(std::move(slots)) {}

  arrow::Status Add(const RowBlock& block) override {
    Count(block);
    ReadIntegers(*block.slots[static_cast<size_t>(member_)], &members_);
    for (int64_t i = 0; i < block.length; ++i) {
      std::string cells;
      for (const int slot : slots_) {
        const std::string cell = CellText(*block.slots[static_cast<size_t>(slot)], i);
        cells += fmt::format("{}:{}", cell.size(), cell);
      }
      const size_t print = std::hash<std::string>()(cells);
      const auto [last, is_first] =
          last_.try_emplace(members_[static_cast<size_t>(i)], print);
      if (!is_first) {
        ++pairs_;
        same_ += last->second == print ? 1 : 0;
      }
      last->second = print;
    }
    return arrow::Status::OK();
  }

  arrow::Status End() override {
    if (same_ <= std::max(kLeastOfSame, pairs_ / kMostSameOf)) {
      return arrow::Status::OK();
    }
    FoundAtAll(fmt::format("{}", fmt::join(columns_, ", ")),
               "versions that differ from the one before",
               fmt::format("{} of {} are equal to it", same_, pairs_));
    return arrow::Status::OK();
  }

 private:
  const int member_;
  const std::vector<std::string> columns_;
  const std::vector<int> slots_;
  std::unordered_map<int64_t, size_t> last_;  ///< Fingerprints, by member.
  std::vector<int64_t> members_;
  int64_t pairs_ = 0, same_ = 0;
};

arrow::Status AddLiving(CheckBuilder& builder, const VersionColumns& columns) {
  const TableFiles& own = builder.scope().own();
  const DatasetFiles& files = builder.scope().files();
  const TableSpec& base = *builder.dataset().FindTable(builder.table().history->of);
  const TableFiles* members = files.Find(base.name);
  const std::string key = KeyColumn(base), alive = ColumnOfFact(base, "$alive");
  if (members == nullptr || !members->incomplete.empty() || members->schema == nullptr) {
    return arrow::Status::NotImplemented(base.name, " is not complete");
  }
  const auto has = [&](const std::string& name) {
    return !name.empty() && members->schema->GetFieldByName(name) != nullptr;
  };
  if (!has(key)) return arrow::Status::NotImplemented(base.name, " has no key");
  std::optional<int32_t> day;
  if (members->kind == DayKind::kCopies) {
    const std::vector<int32_t> days = members->Copies();
    if (!own.copy || !std::binary_search(days.begin(), days.end(), *own.copy)) {
      return arrow::Status::NotImplemented("there is no copy of ", base.name,
                                           " of the same day");
    }
    day = own.copy;  // It holds the living.
  } else if (!has(alive)) {
    return arrow::Status::NotImplemented("no column of ", base.name, " holds $alive");
  }
  builder.Add(std::make_unique<LivingCheck>(builder.Start("history", "living"),
                                            builder.max_examples(), columns, files,
                                            base.name, key, day ? "" : alive, day));
  return arrow::Status::OK();
}

arrow::Status AddDifferences(CheckBuilder& builder, const VersionColumns& columns) {
  const TableSpec& base = *builder.dataset().FindTable(builder.table().history->of);
  if (!base.population || !base.population->changes) {
    return arrow::Status::NotImplemented(base.name, " has no `changes:`");
  }
  std::vector<std::string> names;
  std::vector<int> slots;
  for (const std::string& name : base.population->changes->tracks) {
    const auto& own = builder.table().columns;
    const auto column = std::find_if(own.begin(), own.end(), [&](const ColumnSpec& one) {
      return one.expression != nullptr && one.when == nullptr &&
             one.expression->path == std::vector<std::string>{base.name, name};
    });
    if (column == own.end()) {
      return arrow::Status::NotImplemented("no column holds ", base.name, ".", name);
    }
    ARROW_ASSIGN_OR_RAISE(const auto slot, builder.scope().Column(column->name));
    names.push_back(column->name);
    slots.push_back(slot.index);
  }
  builder.Add(std::make_unique<DifferenceCheck>(
      builder.Start("history", "changes"), builder.max_examples(), columns.member_slot,
      std::move(names), std::move(slots)));
  return arrow::Status::OK();
}

void AddVersions(CheckBuilder& builder) {
  const auto columns = FindColumns(builder);
  if (!columns.ok()) return builder.Skip("history", "intervals", columns.status());
  builder.Add(std::make_unique<IntervalCheck>(builder.Start("history", "intervals"),
                                              builder.max_examples(), *columns));
  const arrow::Status living = AddLiving(builder, *columns);
  if (!living.ok()) builder.Skip("history", "living", living);
  const arrow::Status differences = AddDifferences(builder, *columns);
  if (!differences.ok()) builder.Skip("history", "changes", differences);
}

}  // namespace

void MakeHistoryChecks(CheckBuilder& builder) {
  if (builder.table().history) AddVersions(builder);
}

}  // namespace lakeseed
