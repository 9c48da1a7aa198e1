#include "lakeseed/series/series.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "lakeseed/base/date.h"
#include "lakeseed/base/status.h"
#include "lakeseed/commit/catalog_uri.h"
#include "lakeseed/commit/manifest.h"
#include "lakeseed/plan/frequency.h"
#include "lakeseed/series/made_days.h"

namespace lakeseed {
namespace {

constexpr std::chrono::milliseconds kWaitPause{200};

std::string DaysText(const std::vector<int32_t>& days) {
  return days.size() == 1
             ? FormatDate(days.front())
             : fmt::format("{} days from {} to {}", days.size(), FormatDate(days.front()),
                           FormatDate(days.back()));
}

class SeriesRun {
 public:
  SeriesRun(const BoundDataset& dataset, const SeriesRequest& request,
            std::span<Storage* const> storages, const SeriesOptions& options)
      : dataset_(dataset),
        request_(request),
        storages_(storages),
        options_(options),
        requests_(request.plans),
        job_(options.job) {
    for (PlanRequest& one : requests_) one.by_day = true;
    report_.also.resize(requests_.size() - 1);
    run_ = options.run;
    const IfExists otherwise =
        options.state == nullptr ? IfExists::kError : IfExists::kResume;
    run_.if_exists = request.ignore_state ? IfExists::kOverwrite
                                          : request.if_exists.value_or(otherwise);
  }

  arrow::Status Begin() {
    for (size_t i = 0; i < requests_.size(); ++i) {
      ARROW_ASSIGN_OR_RAISE(requests_[i].once_days, OnceDays(dataset_, *storages_[i]));
    }
    job_.dataset_id = dataset_.spec().id();
    job_.identity = IdentityOfRequest(dataset_, requests_.front());
    job_.layout = LayoutKey(requests_, *storages_.front());
    if (options_.state == nullptr) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(report_.job_id, options_.state->BeginJob(job_));
    return arrow::Status::OK();
  }

  arrow::Status Run() {
    for (int64_t from = request_.days.from; from <= request_.days.to;
         from += request_.batch_days) {
      const int64_t to =
          std::min<int64_t>(from + request_.batch_days - 1, request_.days.to);
      ARROW_RETURN_NOT_OK(RunBatch(static_cast<int32_t>(from), static_cast<int32_t>(to)));
    }
    return arrow::Status::OK();
  }

  arrow::Result<SeriesReport> End(const arrow::Status& status) {
    if (options_.state != nullptr) {
      const bool is_interrupted = status.IsCancelled();
      const arrow::Status finished = options_.state->FinishJob(
          report_.job_id,
          status.ok() ? "completed" : (is_interrupted ? "interrupted" : "failed"),
          status.ok() ? "" : status.message());
      if (status.ok()) ARROW_RETURN_NOT_OK(finished);
    }
    ARROW_RETURN_NOT_OK(status);
    if (!report_.skipped.empty()) {
      Note(fmt::format("done before, so skipped: {} (--ignore-state makes them again)",
                       DaysText(report_.skipped)));
    }
    report_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    report_.peak_rss_bytes = PeakRssBytes();
    return std::move(report_);
  }

 private:
  void Note(const std::string& text) const {
    if (options_.note) options_.note(text);
  }

  bool IsCancelled() const { return run_.cancel != nullptr && run_.cancel->load(); }

  /// Claim the days of a batch; those that are left to make.
  arrow::Result<std::vector<int32_t>> Claim(int32_t from, int32_t to) {
    std::vector<int32_t> days;
    for (int32_t day = from; day <= to; ++day) days.push_back(day);
    if (options_.state == nullptr) return days;
    bool has_told = false;
    while (true) {
      ARROW_ASSIGN_OR_RAISE(
          ClaimResult claim,
          options_.state->ClaimDays(report_.job_id, job_, days, request_.ignore_state));
      if (claim.busy.empty()) {
        report_.skipped.insert(report_.skipped.end(), claim.completed.begin(),
                               claim.completed.end());
        return std::move(claim.claimed);
      }
      const DayOwner& owner = claim.busy.front();
      const std::string who = fmt::format(
          "{} of {} is being made by process {} on {} since {}", FormatDate(owner.day),
          job_.dataset_id, owner.pid, owner.host, owner.since);
      if (!request_.wait) {
        return ErrorWithCode(ExitCode::kConflict, who,
                             "--wait waits for it; when it is done the day is skipped");
      }
      if (!std::exchange(has_told, true)) Note("waiting: " + who);
      if (IsCancelled()) return arrow::Status::Cancelled("interrupted");
      std::this_thread::sleep_for(kWaitPause);
    }
  }

  arrow::Status RunBatch(int32_t from, int32_t to) {
    if (IsCancelled()) return arrow::Status::Cancelled("interrupted");
    ARROW_ASSIGN_OR_RAISE(const std::vector<int32_t> days, Claim(from, to));
    for (size_t begin = 0; begin < days.size();) {
      size_t end = begin + 1;
      while (end < days.size() && days[end] == days[end - 1] + 1) ++end;
      const std::vector<int32_t> stretch(
          days.begin() + static_cast<std::ptrdiff_t>(begin),
          days.begin() + static_cast<std::ptrdiff_t>(end));
      ARROW_RETURN_NOT_OK(MakeDays(stretch));
      begin = end;
    }
    if (!days.empty()) ++report_.batches;
    return arrow::Status::OK();
  }

  /// Make days that follow each other, publish them, and only then tell the state.
  arrow::Status MakeDays(const std::vector<int32_t>& days) {
    std::vector<Plan> plans;
    std::vector<RunTarget> targets;
    for (PlanRequest& request : requests_) {
      request.days = DateRange{days.front(), days.back()};
      ARROW_ASSIGN_OR_RAISE(plans.emplace_back(), MakePlan(dataset_, request));
    }
    for (size_t i = 0; i < plans.size(); ++i) {
      targets.push_back({&plans[i], storages_[i]});
    }
    // On a day without an event, and without a copy that is due, nothing is written.
    ARROW_ASSIGN_OR_RAISE(const RunReport made, Generate(targets, dataset_, run_));
    for (size_t i = 0; i < plans.size(); ++i) TakeOnceDays(plans[i], &requests_[i]);
    if (options_.state != nullptr) {
      ARROW_RETURN_NOT_OK(options_.state->CompleteDays(
          report_.job_id, FactsOfDays(dataset_, days, made)));
    }
    report_.made.insert(report_.made.end(), days.begin(), days.end());
    AddTables(made.tables, &report_.tables);
    for (size_t i = 0; i < made.also.size(); ++i) {
      AddTables(made.also[i].tables, &report_.also[i]);
    }
    report_.rows_made += made.rows_made;
    return arrow::Status::OK();
  }

  /// Remember tables that are copied once, and now have been.
  void TakeOnceDays(const Plan& plan, PlanRequest* request) const {
    for (const Task& task : plan.tasks) {
      for (const FilePlan& file : task.files) {
        const BoundTable& table = dataset_.table(dataset_.FindTable(file.table));
        if (FrequencyOf(dataset_, table) == Frequency::kOnce) {
          request->once_days.emplace(file.table, *task.day);
        }
      }
    }
  }

  static void AddTables(const std::vector<TableReport>& made,
                        std::vector<TableReport>* sums) {
    for (const TableReport& one : made) {
      const auto at = std::find_if(
          sums->begin(), sums->end(),
          [&](const TableReport& table) { return table.table == one.table; });
      TableReport& sum = at != sums->end() ? *at : sums->emplace_back();
      sum.table = one.table;
      sum.rows += one.rows;
      sum.bytes += one.bytes;
      sum.files += one.files;
      sum.kept_files += one.kept_files;
      sum.cells += one.cells;
      sum.seconds += one.seconds;
    }
  }

  const BoundDataset& dataset_;
  const SeriesRequest& request_;
  const std::span<Storage* const> storages_;
  const SeriesOptions& options_;
  std::vector<PlanRequest> requests_;  ///< By target.
  JobFacts job_;
  RunOptions run_;
  SeriesReport report_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

std::string LayoutKey(std::span<const PlanRequest> requests, const Storage& storage) {
  const PlanRequest& request = requests.front();
  std::vector<std::string> tables = request.tables;
  std::sort(tables.begin(), tables.end());
  nlohmann::ordered_json text = {{"format", request.files.format},
                                 {"compression", request.files.compression},
                                 {"naive", request.files.naive_timestamps},
                                 {"path", request.layout.single},
                                 {"path_of_parts", request.layout.parts},
                                 {"file_bytes", request.file_bytes},
                                 {"file_rows", request.file_rows.value_or(0)},
                                 {"tables", tables},
                                 {"table_format", request.table_format},
                                 {"table_statistics", request.table_settings.statistics},
                                 {"catalog", CatalogName(storage)},
                                 {"partition_by", request.partition_by},
                                 {"sort", request.sort.columns},
                                 {"z_order", request.sort.is_z_order},
                                 {"compress_all", request.files.compress_all},
                                 {"parquet_profile", request.files.parquet_profile},
                                 {"page_checksums", request.files.page_checksums},
                                 {"bloom_filters", request.files.bloom_filters}};
  // Days that are done in one target alone are not done.
  for (const PlanRequest& also : requests.subspan(1)) {
    text["also"].push_back({also.output, also.table_format, also.files.format});
  }
  return RunId("{}", text.dump());
}

arrow::Result<std::map<std::string, int32_t>> OnceDays(const BoundDataset& dataset,
                                                       const Storage& storage) {
  std::vector<std::string> wanted;
  for (const auto& table : dataset.written_tables()) {
    if (FrequencyOf(dataset, *table) == Frequency::kOnce) wanted.push_back(table->name);
  }
  std::map<std::string, int32_t> days;
  if (wanted.empty()) return days;
  ARROW_ASSIGN_OR_RAISE(auto manifest, ReadManifest(storage));
  if (!manifest) return days;
  const std::string identity = dataset.identity().ToJson().dump();
  ARROW_RETURN_NOT_OK(
      LoadSegments(storage, dataset.spec().id(), INT32_MIN, INT32_MAX, &*manifest));
  for (const std::string& name : wanted) {
    const auto table = manifest->tables.find(QualifiedName(identity, name));
    if (table == manifest->tables.end()) continue;
    for (const DataFile& file : table->second.files) {
      if (file.day) days.emplace(name, *file.day);
    }
  }
  return days;
}

arrow::Result<SeriesReport> RunSeries(const BoundDataset& dataset,
                                      const SeriesRequest& request,
                                      std::span<Storage* const> storages,
                                      const SeriesOptions& options) {
  if (request.batch_days < 1) {
    return RequestError(fmt::format("batch size must be > 0: {}", request.batch_days));
  }
  if (request.days.to < request.days.from) {
    return RequestError(fmt::format("end date is before start date: {} < {}",
                                    FormatDate(request.days.to),
                                    FormatDate(request.days.from)));
  }
  SeriesRun run(dataset, request, storages, options);
  ARROW_RETURN_NOT_OK(run.Begin());
  return run.End(run.Run());
}

}  // namespace lakeseed
