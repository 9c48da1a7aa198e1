#include "lakeseed/plan/make_plan.h"

#include <arrow/api.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/generate/population.h"
#include "lakeseed/plan/arrived_rows.h"
#include "lakeseed/plan/frequency.h"
#include "lakeseed/plan/living_counts.h"
#include "lakeseed/plan/partition_terms.h"
#include "lakeseed/plan/sort_columns.h"
#include "lakeseed/plan/split.h"
#include "lakeseed/plan/table_columns.h"

namespace lakeseed {
namespace {

constexpr int64_t kMostRows = 10'000'000'000'000;

/// The tables that are asked for, in the dataset's order.
arrow::Result<std::vector<const BoundTable*>> Chosen(const BoundDataset& dataset,
                                                     const PlanRequest& request) {
  std::vector<std::string> names;
  for (const BoundTable* table : dataset.written_tables()) names.push_back(table->name);
  for (const std::string& wanted : request.tables) {
    const int index = dataset.FindTable(wanted);
    if (index >= 0 && !dataset.table(index).spec->is_hidden) continue;
    if (index >= 0 && dataset.table(index).spec->is_list()) {
      return RequestError(fmt::format("list of a table, and no table: {}", wanted),
                          fmt::format("tables are {}", fmt::join(names, ", ")));
    }
    if (index >= 0) {
      return RequestError(
          fmt::format("table of a dataset that {} uses, and hidden: {}",
                      dataset.spec().id(), wanted),
          fmt::format("list it: `uses: {{dataset: …, tables: [{}]}}`; tables are {}",
                      wanted, fmt::join(names, ", ")));
    }
    const std::string nearest = DidYouMean(wanted, names);
    return RequestError(
        fmt::format("unknown table of {}: {}", dataset.spec().id(), wanted),
        fmt::format("{}{}tables are {}", nearest, nearest.empty() ? "" : " ",
                    fmt::join(names, ", ")));
  }
  std::vector<const BoundTable*> chosen;
  for (const BoundTable* table : dataset.written_tables()) {
    const bool wanted =
        request.tables.empty() || std::find(request.tables.begin(), request.tables.end(),
                                            table->name) != request.tables.end();
    if (wanted && !table->columns.empty()) chosen.push_back(table);
  }
  if (chosen.empty())
    return RequestError("dataset without tables: " + dataset.spec().id());
  return chosen;
}

arrow::Status CheckRequest(const BoundDataset& dataset, const PlanRequest& request,
                           DateRange days) {
  const DatasetSpec& spec = dataset.spec();
  if (days.to < days.from) {
    return RequestError(fmt::format("end date is before start date: {} < {}",
                                    FormatDate(days.to), FormatDate(days.from)));
  }
  if (days.from < spec.epoch) {
    return RequestError(fmt::format("nothing exists before the epoch of {}: {}",
                                    spec.id(), FormatDate(days.from)),
                        fmt::format("the first day is {}", FormatDate(spec.epoch)));
  }
  if (request.as_of && *request.as_of < spec.epoch) {
    return RequestError("as-of day is before the epoch: " + FormatDate(*request.as_of),
                        fmt::format("the first day is {}", FormatDate(spec.epoch)));
  }
  if (request.file_rows ? *request.file_rows <= 0 : request.file_bytes <= 0) {
    return RequestError(fmt::format(
        "{} must be > 0: {}", request.file_rows ? "--file-rows-target" : "--file-size",
        request.file_rows ? *request.file_rows : request.file_bytes));
  }
  return arrow::Status::OK();
}

/// The dataset's identity with all that a validator needs to make it again.
std::string IdentityText(const BoundDataset& dataset, const PlanRequest& request,
                         AsOf as_of) {
  nlohmann::json json = dataset.identity().ToJson();
  json["as_of"] = as_of.own_day ? "day" : FormatDate(as_of.day + dataset.spec().epoch);
  for (const auto& [key, value] : request.source.overrides.set) json["set"][key] = value;
  return json.dump();
}

TablePlan PlanTable(const BoundDataset& dataset, const BoundTable& table,
                    ValueLayout values, const Plan& whole) {
  TablePlan plan;
  plan.name = table.name;
  plan.root = dataset.table(table.root).name;
  plan.bytes_per_row = BytesPerRow(dataset, table, values);
  plan.columns = PlannedColumns(dataset, table, whole);
  return plan;
}

/// The files of one family: of all days at once, or day by day.
class FamilyPlanner {
 public:
  FamilyPlanner(const BoundDataset& dataset, const BoundTable& root,
                const PlanRequest& request, std::vector<const BoundTable*> tables,
                const std::string& digest, Plan* plan)
      : dataset_(dataset),
        root_(root),
        request_(request),
        tables_(std::move(tables)),
        digest_(digest),
        plan_(plan),
        rows_per_file_(
            RootRowsPerFile(dataset, root,
                            {request.file_bytes, request.file_rows,
                             request.cut_values.value_or(request.cost.values)})) {}

  arrow::Status PlanWhole(DaySpan days) {
    return PlanCuts(root_.rows->Extent(days), std::nullopt, tables_);
  }

  /// `day` since 1970-01-01. REQUIRES: days in order.
  arrow::Status PlanDay(int32_t day) {
    const int32_t from_epoch = day - dataset_.spec().epoch;
    std::vector<const BoundTable*> due;
    for (const BoundTable* table : tables_) {
      const auto frequency = FrequencyOf(dataset_, *table);
      if (!frequency || (IsDue(*frequency, day) && IsFirst(*frequency, *table, day))) {
        due.push_back(table);
      }
    }
    if (due.empty()) return arrow::Status::OK();
    arrived_.reset();
    if (root_.rows->arrival() != nullptr) {
      arrived_ = std::make_unique<ArrivedRows>(dataset_, root_, from_epoch);
      return PlanCuts(arrived_->places(), day, due);
    }
    return PlanCuts(root_.rows->Extent({from_epoch, from_epoch}), day, due);
  }

 private:
  /// A table that is copied once is due on the day of its copy, or else now.
  bool IsFirst(Frequency frequency, const BoundTable& table, int32_t day) {
    if (frequency != Frequency::kOnce) return true;
    const auto there = request_.once_days.find(table.name);
    if (there != request_.once_days.end()) return there->second == day;
    return once_.emplace(table.name, day).first->second == day;
  }

  arrow::Status PlanCuts(RowRange rows, std::optional<int32_t> day,
                         const std::vector<const BoundTable*>& tables) {
    ARROW_ASSIGN_OR_RAISE(const std::vector<RowRange> cuts, Cut(rows, rows_per_file_));
    const bool is_snapshot = day && !root_.spec->has_own_days();
    std::map<int, int64_t> places;  // Of a snapshot, by table.
    for (size_t part = 0; part < cuts.size(); ++part) {
      Task task{.id = static_cast<int64_t>(plan_->tasks.size()),
                .root = root_.name,
                .rows = cuts[part],
                .day = day,
                .is_snapshot = is_snapshot,
                .is_arrival = arrived_ != nullptr};
      for (const BoundTable* table : tables) {
        // Folders of partitions lie in a folder of the table.
        const bool is_single =
            cuts.size() == 1 && plan_->FindTable(table->name)->partitions.empty();
        const std::string& pattern =
            is_single ? request_.layout.single : request_.layout.parts;
        const PathFacts facts{.dataset = plan_->dataset_id,
                              .table = table->name,
                              .extension = request_.files.extension,
                              .digest = digest_,
                              .part = static_cast<int64_t>(part),
                              .day = day};
        ARROW_ASSIGN_OR_RAISE(std::string path, ExpandPath(pattern, facts));
        RowRange under = arrived_ != nullptr ? arrived_->Under(*table, cuts[part])
                                             : RowsUnder(dataset_, *table, cuts[part]);
        if (is_snapshot) {
          int64_t& place = places[table->index];
          const int64_t count =
              CountOf(*table, static_cast<int64_t>(part), cuts[part], under, *day);
          under = {place, place + count};
          place += count;
        }
        ARROW_RETURN_NOT_OK(Count(*table, under, is_snapshot));
        task.files.push_back({table->name, std::move(path), under});
      }
      plan_->tasks.push_back(std::move(task));
    }
    return arrow::Status::OK();
  }

  /// Rows of a snapshot's file.
  int64_t CountOf(const BoundTable& table, int64_t part, RowRange root_rows,
                  RowRange under, int32_t day) {
    const Population* population = root_.rows->population();
    if (population == nullptr) return under.length();
    const int32_t from_epoch = day - dataset_.spec().epoch;
    const bool is_whole =
        table.parent < 0 && root_rows == root_.rows->Extent({from_epoch, from_epoch});
    if (is_whole) return population->Living(from_epoch);
    if (living_ == nullptr) {
      living_ =
          std::make_unique<LivingCounts>(dataset_, root_,
                                         DaySpan{plan_->days.from - dataset_.spec().epoch,
                                                 plan_->days.to - dataset_.spec().epoch},
                                         rows_per_file_, tables_);
    }
    return living_->Count(table, part, from_epoch);
  }

  /// Add a file to the table's totals.
  arrow::Status Count(const BoundTable& table, RowRange rows, bool is_snapshot) {
    if (rows.begin < 0 || rows.end > kMostRows) {
      return RequestError(
          fmt::format("{} would have more than 1e13 rows: {}", table.name, rows.end));
    }
    for (TablePlan& planned : plan_->tables) {
      if (planned.name != table.name) continue;
      ++planned.files;
      if (is_snapshot) {
        planned.rows.end += rows.length();
      } else {
        if (planned.files == 1) planned.rows.begin = rows.begin;
        planned.rows.end = rows.end;
      }
    }
    return arrow::Status::OK();
  }

  const BoundDataset& dataset_;
  const BoundTable& root_;
  const PlanRequest& request_;
  const std::vector<const BoundTable*> tables_;
  const std::string& digest_;
  Plan* const plan_;
  const int64_t rows_per_file_;
  std::unique_ptr<LivingCounts> living_;
  std::unique_ptr<ArrivedRows> arrived_;  ///< On the day that is planned.
  std::map<std::string, int32_t> once_;
};

arrow::Result<DatasetSpec> LoadSource(const DatasetSource& source) {
  if (!source.custom_text.empty()) {
    return ParseDataset(source.custom_text, source.custom, source.variant,
                        source.overrides);
  }
  if (!source.custom.empty()) {
    return LoadCustomDataset(source.custom, source.variant, source.overrides);
  }
  return LoadDataset(source.dataset_id, source.overrides);
}

/// The as-of day that a request means.
AsOf AsOfOf(const BoundDataset& dataset, const PlanRequest& request) {
  AsOf as_of = dataset.default_as_of();
  if (request.as_of) as_of.day = *request.as_of - dataset.spec().epoch;
  as_of.own_day = request.as_of_own_day;
  return as_of;
}

}  // namespace

std::string IdentityOfRequest(const BoundDataset& dataset, const PlanRequest& request) {
  return IdentityText(dataset, request, AsOfOf(dataset, request));
}

arrow::Result<Plan> MakePlan(const BoundDataset& dataset, const PlanRequest& request) {
  const DatasetSpec& spec = dataset.spec();
  ARROW_RETURN_NOT_OK(CheckOverrides(request.source.overrides));
  Plan plan;
  plan.source = request.source;
  plan.dataset_id = spec.id();
  plan.seed = dataset.identity().seed;
  plan.days = request.days.value_or(spec.window);
  ARROW_RETURN_NOT_OK(CheckRequest(dataset, request, plan.days));
  plan.as_of = AsOfOf(dataset, request);
  plan.by_day = request.by_day;
  plan.identity = IdentityText(dataset, request, plan.as_of);
  plan.output = request.output;
  plan.table_format = request.table_format;
  plan.table_settings = request.table_settings;
  plan.files = request.files;
  plan.layout = request.layout;
  plan.partition_by = WholeTerms(request.partition_by);
  plan.sort = request.sort;
  plan.file_bytes = request.file_rows ? 0 : request.file_bytes;
  plan.file_rows = request.file_rows.value_or(0);
  plan.cut_format = request.cut_format;

  ARROW_ASSIGN_OR_RAISE(const auto chosen, Chosen(dataset, request));
  bool is_partitioned = false, is_sorted = false;
  for (const BoundTable* table : chosen) {
    plan.tables.push_back(PlanTable(dataset, *table, request.cost.values, plan));
    ARROW_ASSIGN_OR_RAISE(plan.tables.back().partitions,
                          PartitionsOf(*table, plan.partition_by, request.dialect));
    is_partitioned |= !plan.tables.back().partitions.empty();
    ARROW_ASSIGN_OR_RAISE(plan.tables.back().sort, SortOf(*table, request.sort));
    is_sorted |= !plan.tables.back().sort.empty();
  }
  if (!is_sorted && !request.sort.empty()) {
    return NoTableToSort(chosen, request.sort);
  }
  if (!is_partitioned && !plan.partition_by.empty()) {
    return NoTableToPartition(chosen, plan.partition_by);
  }
  const std::string digest = FileDigest(plan);
  std::vector<FamilyPlanner> families;
  for (const auto& root : dataset.tables()) {
    std::vector<const BoundTable*> family;
    for (const BoundTable* table : chosen) {
      if (table->root == root->index) family.push_back(table);
    }
    if (family.empty()) continue;
    families.emplace_back(dataset, *root, request, std::move(family), digest, &plan);
  }
  if (!request.by_day) {
    const DaySpan days{plan.days.from - spec.epoch, plan.days.to - spec.epoch};
    for (FamilyPlanner& family : families) ARROW_RETURN_NOT_OK(family.PlanWhole(days));
    return plan;
  }
  for (int32_t day = plan.days.from; day <= plan.days.to; ++day) {
    for (FamilyPlanner& family : families) ARROW_RETURN_NOT_OK(family.PlanDay(day));
  }
  return plan;
}

namespace {

/// `last_day` says it of a spec.
template <typename LastDay>
arrow::Result<std::shared_ptr<const BoundDataset>> BindUpTo(const DatasetSource& source,
                                                            int64_t seed,
                                                            const LastDay& last_day) {
  ARROW_RETURN_NOT_OK(CheckOverrides(source.overrides));
  ARROW_ASSIGN_OR_RAISE(DatasetSpec spec, LoadSource(source));
  BoundDataset::Options options;
  options.seed = seed;
  options.last_day = last_day(spec);
  return BoundDataset::Bind(std::move(spec), options);
}

}  // namespace

arrow::Result<std::shared_ptr<const BoundDataset>> BindSource(
    const DatasetSource& source, int64_t seed, std::optional<int32_t> last_day) {
  return BindUpTo(source, seed, [&](const DatasetSpec& spec) {
    return last_day.value_or(spec.window.to);
  });
}

arrow::Result<std::shared_ptr<const BoundDataset>> BindPlan(const Plan& plan) {
  const auto last_day = [&](const DatasetSpec& spec) {
    return std::max(plan.days.to, plan.as_of.day + spec.epoch);
  };
  ARROW_ASSIGN_OR_RAISE(const auto dataset, BindUpTo(plan.source, plan.seed, last_day));
  const nlohmann::json here = dataset->identity().ToJson();
  const nlohmann::json there =
      nlohmann::json::parse(plan.identity, nullptr, /*allow_exceptions=*/false);
  for (const auto& [key, value] : here.items()) {
    if (there.is_object() && there.contains(key) && there[key] == value) continue;
    return RequestError(
        fmt::format(
            "dataset {} is not the one of the plan: {} is {} here, {} there",
            plan.dataset_id, key, value.dump(),
            there.is_object() && there.contains(key) ? there[key].dump() : "not set"),
        "use the program and the dataset file that made the plan, or plan again");
  }
  return dataset;
}

}  // namespace lakeseed
