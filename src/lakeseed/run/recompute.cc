#include "lakeseed/run/recompute.h"

#include <arrow/api.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "lakeseed/plan/table_columns.h"
#include "lakeseed/run/cell_compare.h"
#include "lakeseed/run/cell_maker.h"
#include "lakeseed/run/cell_reader.h"
#include "lakeseed/run/parts_reader.h"

namespace lakeseed {
namespace {

/// What all files report to.
class Findings {
 public:
  Findings(const RecomputeOptions& options, RecomputeReport* report)
      : options_(options), report_(report) {}

  void Add(CellViolation violation) {
    std::lock_guard lock(mutex_);
    ++report_->violations;
    if (report_->shown.size() < options_.max_violations) {
      report_->shown.push_back(std::move(violation));
    }
  }
  void Count(const std::string& table, int64_t rows, int64_t cells) {
    std::lock_guard lock(mutex_);
    report_->rows += rows;
    report_->cells += cells;
    const int64_t total = rows_[table] += rows;
    if (options_.progress) options_.progress(table, total);
  }

 private:
  std::mutex mutex_;
  const RecomputeOptions& options_;
  RecomputeReport* const report_;
  std::map<std::string, int64_t> rows_;
};

/// A stretch of a table's rows, in one file or in those of its partitions.
struct Stretch {
  std::string path;  ///< Of the file, or that it would have without partitions.
  std::vector<const DataFile*> files;

  const DataFile& first() const { return *files.front(); }
};

/// One stretch against the rows that it should have.
class FileCheck {
 public:
  /// `columns`: places in the table of those that the file has to have.
  FileCheck(const BoundTable& table, std::vector<int> columns, CellMaker* maker,
            const Storage& storage, const Stretch& stretch,
            const RecomputeOptions& options, Findings* findings)
      : table_(&table),
        wanted_(std::move(columns)),
        maker_(maker),
        storage_(storage),
        stretch_(stretch),
        file_(stretch.first()),
        options_(options),
        findings_(findings) {}

  arrow::Status Run() {
    auto reader = OpenReader();
    if (!reader.ok()) return Unreadable(reader.status());
    ARROW_RETURN_NOT_OK(MatchColumns(**reader));
    int64_t row = file_.rows.begin;
    while (true) {
      if (options_.cancel != nullptr && options_.cancel->load()) {
        return arrow::Status::Cancelled("interrupted");
      }
      const auto batch = (*reader)->Next();
      if (!batch.ok()) return Unreadable(batch.status());
      if (*batch == nullptr) break;
      ARROW_RETURN_NOT_OK(CheckBatch(**batch, &row));
    }
    if (row != file_.rows.end) {
      AddFor(-1, "", fmt::format("{} rows", file_.rows.length()),
             fmt::format("{} rows", row - file_.rows.begin));
    }
    return arrow::Status::OK();
  }

 private:
  arrow::Result<std::unique_ptr<CellReader>> OpenReader() const {
    if (file_.partition_values.empty()) {
      return CellReader::Open(storage_, file_.path, file_.format);
    }
    std::string key;
    for (const BoundColumn& column : table_->columns) {
      if (column.is_key) key = column.name;
    }
    return PartsReader::Open(storage_, stretch_.files, key);
  }

  void AddFor(int64_t row, std::string column, std::string expected, std::string found) {
    findings_->Add({file_.table, stretch_.path, row, std::move(column),
                    std::move(expected), std::move(found)});
  }

  arrow::Status Unreadable(const arrow::Status& status) {
    AddFor(-1, "", "a readable file", status.message());
    return arrow::Status::OK();
  }

  arrow::Status MatchColumns(const CellReader& reader) {
    std::vector<std::string> expected;
    for (const int c : wanted_) {
      expected.push_back(table_->columns[static_cast<size_t>(c)].name);
    }
    const std::vector<std::string> found = reader.column_names();
    // An empty JSON Lines file has no names.
    const bool nameless = found.empty() && file_.rows.length() == 0;
    if (found != expected && !nameless) {
      AddFor(-1, "", fmt::format("columns {}", fmt::join(expected, ", ")),
             fmt::format("columns {}", fmt::join(found, ", ")));
    }
    const TextDialect spelled = reader.dialect();
    TextDialect dialect = spelled;
    dialect.naive_timestamps = options_.naive_timestamps;
    for (size_t i = 0; i < found.size(); ++i) {
      const int c = table_->FindColumn(found[i]);
      if (std::find(wanted_.begin(), wanted_.end(), c) == wanted_.end()) continue;
      columns_.push_back(c);
      places_.push_back(static_cast<int>(i));
      ARROW_ASSIGN_OR_RAISE(
          auto comparer, CellComparer::Make(table_->columns[static_cast<size_t>(c)].type,
                                            reader.is_text() ? &dialect : nullptr));
      comparers_.push_back(std::move(comparer));
    }
    bad_type_.resize(columns_.size());
    return arrow::Status::OK();
  }

  /// Rows beyond the file's range are counted, not made: there may be none.
  arrow::Status CheckBatch(const arrow::RecordBatch& batch, int64_t* row) {
    const int64_t known = std::clamp<int64_t>(file_.rows.end - *row, 0, batch.num_rows());
    for (int64_t begin = 0; begin < known; begin += options_.chunk_rows) {
      const int64_t wanted = std::min(options_.chunk_rows, known - begin);
      ARROW_ASSIGN_OR_RAISE(const auto expected,
                            maker_->Make(*row + begin, wanted, columns_));
      const int64_t length = expected == nullptr ? 0 : expected->num_rows();
      if (length < wanted) {
        AddFor(*row + begin + length, "", "the end of the day",
               fmt::format("{} more rows", wanted - length));
      }
      if (length == 0) break;
      for (size_t i = 0; i < columns_.size(); ++i) {
        const auto found = batch.column(places_[i])->Slice(begin, length);
        ARROW_RETURN_NOT_OK(
            CheckColumn(i, expected->column(static_cast<int>(i)), found, *row + begin));
      }
      findings_->Count(file_.table, length,
                       length * static_cast<int64_t>(columns_.size()));
    }
    *row += batch.num_rows();
    return arrow::Status::OK();
  }

  arrow::Status CheckColumn(size_t i, const std::shared_ptr<arrow::Array>& expected,
                            const std::shared_ptr<arrow::Array>& found,
                            int64_t first_row) {
    const BoundColumn& column = table_->columns[static_cast<size_t>(columns_[i])];
    if (bad_type_[i]) return arrow::Status::OK();
    const std::string other = comparers_[i]->TypeError(*found->type());
    if (!other.empty()) {
      bad_type_[i] = true;
      AddFor(-1, column.name, "type " + column.type->ToString(), "type " + other);
      return arrow::Status::OK();
    }
    return comparers_[i]->Compare(
        expected, found, [&](int64_t at, std::string want, std::string got) {
          AddFor(first_row + at, column.name, std::move(want), std::move(got));
        });
  }

  const BoundTable* const table_;
  const std::vector<int> wanted_;
  CellMaker* const maker_;
  const Storage& storage_;
  const Stretch& stretch_;
  const DataFile& file_;  ///< The first: table, rows and format are those of all.
  const RecomputeOptions& options_;
  Findings* const findings_;
  std::vector<int> columns_;  ///< Of the table, in the file's order.
  std::vector<int> places_;   ///< In the file.
  std::vector<std::unique_ptr<CellComparer>> comparers_;
  std::vector<bool> bad_type_;
};

/// The files of a dataset, in pieces that are checked alone: a file, or a day with
/// all its files.
class FilesCheck {
 public:
  FilesCheck(const BoundDataset& dataset, const Storage& storage,
             std::span<const DataFile> files, const RecomputeOptions& options,
             Findings* findings)
      : dataset_(dataset), storage_(storage), options_(options), findings_(findings) {
    std::map<std::string, Stretch> stretches;
    for (const DataFile& file : files) {
      Stretch& stretch = stretches[PlannedPath(file)];
      stretch.path = PlannedPath(file);
      stretch.files.push_back(&file);
    }
    std::map<std::pair<std::string, int32_t>, std::vector<Stretch>> days;
    for (auto& [path, stretch] : stretches) {
      const DataFile& file = stretch.first();
      if (IsOfDay(file)) {
        days[{file.table, *file.day}].push_back(std::move(stretch));
      } else {
        pieces_.push_back({std::move(stretch)});
      }
    }
    for (auto& [day, piece] : days) {
      std::stable_sort(piece.begin(), piece.end(),
                       [](const Stretch& a, const Stretch& b) {
                         return a.first().rows.begin < b.first().rows.begin;
                       });
      pieces_.push_back(std::move(piece));
    }
  }

  size_t size() const { return pieces_.size(); }
  const std::string& path(size_t i) const { return pieces_[i].front().path; }

  arrow::Status Run(size_t i) {
    const std::vector<Stretch>& piece = pieces_[i];
    const DataFile& first = piece.front().first();
    const int index = dataset_.FindTable(first.table);
    if (index < 0) {
      findings_->Add(
          {first.table, first.path, -1, "", "a table of the dataset", first.table});
      return arrow::Status::OK();
    }
    std::unique_ptr<CellMaker> maker;
    if (IsOfDay(first)) {
      ARROW_ASSIGN_OR_RAISE(const FamilyProgram* family, FamilyOf(index));
      maker = CellMaker::OfDay(dataset_, *family, *first.day - dataset_.spec().epoch,
                               options_.chunk_rows);
    } else {
      maker = CellMaker::OfRows(dataset_, index, options_.as_of);
    }
    const BoundTable& table = dataset_.table(index);
    for (const Stretch& stretch : piece) {
      const DataFile& file = stretch.first();
      std::unique_ptr<CellMaker> sorted;
      // Those of partitions are put in order by their key when they are read.
      if (!file.order.empty() && file.partition_values.empty()) {
        sorted = CellMaker::Sorted(maker.get(), table, file.rows, file.order,
                                   options_.chunk_rows);
      }
      ARROW_RETURN_NOT_OK(
          FileCheck(table, ColumnsOfFile(dataset_, table, file.day, options_.as_of),
                    sorted != nullptr ? sorted.get() : maker.get(), storage_, stretch,
                    options_, findings_)
              .Run());
    }
    if (!IsOfDay(first)) return arrow::Status::OK();
    ARROW_ASSIGN_OR_RAISE(const auto more,
                          maker->Make(piece.back().first().rows.end, 1, {0}));
    if (more != nullptr) {
      findings_->Add({first.table, piece.back().path, -1, "",
                      fmt::format("more than {} rows", piece.back().first().rows.end),
                      "the end of the day"});
    }
    return arrow::Status::OK();
  }

 private:
  /// The rows of such a file are places: only the whole day says which ones.
  bool IsOfDay(const DataFile& file) const {
    const int index = dataset_.FindTable(file.table);
    if (!file.day || index < 0) return false;
    const BoundTable& root = dataset_.table(dataset_.table(index).root);
    return !root.spec->has_own_days() || root.rows->arrival() != nullptr;
  }

  arrow::Result<const FamilyProgram*> FamilyOf(int index) {
    std::lock_guard lock(mutex_);
    auto& family = families_[index];
    if (family == nullptr) {
      const BoundTable& table = dataset_.table(index);
      ARROW_ASSIGN_OR_RAISE(family,
                            FamilyProgram::Make(dataset_, dataset_.table(table.root).name,
                                                {table.name}, options_.as_of));
    }
    return family.get();
  }

  const BoundDataset& dataset_;
  const Storage& storage_;
  const RecomputeOptions& options_;
  Findings* const findings_;
  std::vector<std::vector<Stretch>> pieces_;
  std::mutex mutex_;
  std::map<int, std::unique_ptr<FamilyProgram>> families_;
};

}  // namespace

arrow::Result<RecomputeReport> RecomputeCells(const BoundDataset& dataset,
                                              const Storage& storage,
                                              std::span<const DataFile> files,
                                              const RecomputeOptions& options) {
  RecomputeReport report;
  Findings findings(options, &report);
  FilesCheck check(dataset, storage, files, options, &findings);
  std::atomic<size_t> next{0};
  std::mutex mutex;
  arrow::Status first_error;
  const auto work = [&] {
    for (size_t i = next++; i < check.size(); i = next++) {
      const arrow::Status status = check.Run(i);
      if (status.ok()) continue;
      std::lock_guard lock(mutex);
      if (first_error.ok()) {
        first_error = status.WithMessage(check.path(i), ": ", status.message());
      }
      next = check.size();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 1; i < options.threads; ++i) threads.emplace_back(work);
    work();
  }
  ARROW_RETURN_NOT_OK(first_error);
  std::stable_sort(report.shown.begin(), report.shown.end(),
                   [](const CellViolation& a, const CellViolation& b) {
                     return std::tie(a.table, a.path, a.row) <
                            std::tie(b.table, b.path, b.row);
                   });
  return report;
}

}  // namespace lakeseed
