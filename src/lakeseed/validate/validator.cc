#include "lakeseed/validate/validator.h"

#include <arrow/api.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

std::vector<const TableSpec*> ParentsFirst(const DatasetSpec& dataset) {
  std::vector<const TableSpec*> order;
  const auto add = [&](const auto& self, const TableSpec& table) -> void {
    if (std::find(order.begin(), order.end(), &table) != order.end()) return;
    const TableSpec* parent =
        table.children ? dataset.FindTable(table.children->parent) : nullptr;
    if (parent != nullptr && parent != &table) self(self, *parent);
    order.push_back(&table);
  };
  for (const TableSpec& table : dataset.tables) add(add, table);
  return order;
}

/// Add what one copy shows of a rule to what the copies before it show.
void AddCopy(Check check, int64_t max_examples, std::vector<Check>* sum) {
  const auto at = std::find_if(sum->begin(), sum->end(),
                               [&](const Check& one) { return one.rule == check.rule; });
  if (at == sum->end()) return sum->push_back(std::move(check));
  if (!check.skipped_reason.empty()) return;
  at->skipped_reason.clear();
  at->checked_rows += check.checked_rows;
  at->violations += check.violations;
  for (Violation& one : check.examples) {
    if (static_cast<int64_t>(at->examples.size()) == max_examples) break;
    at->examples.push_back(std::move(one));
  }
  at->comparison = std::move(check.comparison);
}

class Validation {
 public:
  Validation(const ValidateRequest& request, DatasetFiles files)
      : request_(request), files_(std::move(files)) {}

  arrow::Result<ValidationReport> Run();

 private:
  bool IsWanted(const std::string& table) const {
    const auto& wanted = request_.tables;
    return wanted.empty() ||
           std::find(wanted.begin(), wanted.end(), table) != wanted.end();
  }
  arrow::Status CheckCancelled() const {
    const bool stop = request_.cancel != nullptr && request_.cancel->load();
    return stop ? arrow::Status::Cancelled("validation was interrupted")
                : arrow::Status::OK();
  }
  void Missing(const TableSpec& table);
  arrow::Status LookAtFacts();
  arrow::Status Rows(const TableSpec& table);
  arrow::Status Copies(const TableSpec& table);
  arrow::Status Stream(const DatasetFiles& files, const TableSpec& table,
                       std::vector<Check>* out);
  void Finish();
  arrow::Status Feed(CheckBuilder* builder);

  const ValidateRequest& request_;
  DatasetFiles files_;
  ValidationReport report_;
};

void Validation::Missing(const TableSpec& table) {
  Check check{.table = table.name, .rule = "layout:table", .kind = "layout"};
  check.skipped_reason = "the manifest has no such table";
  report_.checks.push_back(std::move(check));
}

arrow::Status Validation::Feed(CheckBuilder* builder) {
  TableScope& scope = builder->scope();
  ARROW_RETURN_NOT_OK(scope.Prepare());
  RowBlock block;
  while (true) {
    ARROW_RETURN_NOT_OK(CheckCancelled());
    ARROW_ASSIGN_OR_RAISE(const bool more, scope.Next(&block));
    if (!more) break;
    for (const auto& check : builder->checks()) {
      if (!check->Concerns(block)) continue;
      const arrow::Status status = check->Add(block);
      // An expression that fails on bad data is a violation of its rule.
      if (status.ok()) continue;
      Check& broken = check->check();
      ++broken.violations;
      broken.examples.push_back({block.file->path, block.row_in_file, "",
                                 "values that can be computed with", status.message()});
    }
  }
  for (const auto& check : builder->checks()) ARROW_RETURN_NOT_OK(check->End());
  return arrow::Status::OK();
}

arrow::Status Validation::Stream(const DatasetFiles& files, const TableSpec& table,
                                 std::vector<Check>* out) {
  TableScope scope(&files, &table);
  CheckBuilder builder(&scope, request_.max_examples);
  for (const CheckKind& kind : BuiltinCheckKinds()) {
    if (kind.make != nullptr) kind.make(builder);
  }
  const arrow::Status status = Feed(&builder);
  if (status.IsCancelled()) return status;
  for (const auto& made : builder.checks()) {
    Check check = std::move(made->check());
    if (!status.ok()) {
      check.violations = 0;
      check.examples.clear();
      check.skipped_reason = status.message();
    }
    out->push_back(std::move(check));
  }
  for (Check& check : builder.skipped()) out->push_back(std::move(check));
  return arrow::Status::OK();
}

// The rules of each copy as one report of the table.
arrow::Status Validation::Copies(const TableSpec& table) {
  const std::vector<int32_t> days = std::as_const(files_).Find(table.name)->Copies();
  std::vector<Check> sum;
  const size_t wanted = std::min(days.size(), kMostCopies);
  for (size_t i = 0; i < wanted; ++i) {
    // Spread from the first to the last.
    const size_t at = wanted < 2 ? 0 : i * (days.size() - 1) / (wanted - 1);
    std::vector<Check> checks;
    ARROW_RETURN_NOT_OK(Stream(files_.AtCopy(table.name, days[at]), table, &checks));
    for (Check& check : checks) AddCopy(std::move(check), request_.max_examples, &sum);
  }
  for (Check& check : sum) {
    if (wanted < days.size()) {
      check.note = fmt::format("{} of {} copies", wanted, days.size());
    }
    report_.checks.push_back(std::move(check));
  }
  return CheckCopies(
      files_, table, request_.max_examples, [this] { return !CheckCancelled().ok(); },
      &report_.checks);
}

arrow::Status Validation::Rows(const TableSpec& table) {
  const TableFiles& own = *files_.Find(table.name);
  if (request_.progress) request_.progress(table.name, own.facts->num_rows);
  if (own.schema == nullptr || own.facts->files.empty()) {
    Check check{.table = table.name, .rule = "rows", .kind = "rows"};
    check.skipped_reason = "no file of the table can be read";
    report_.checks.push_back(std::move(check));
    return arrow::Status::OK();
  }
  if (own.kind == DayKind::kCopies) return Copies(table);
  return Stream(files_, table, &report_.checks);
}

arrow::Status Validation::LookAtFacts() {
  for (const TableSpec& table : request_.spec->tables) {
    const TableFiles* own = files_.Find(table.name);
    if (own == nullptr) {
      if (IsWanted(table.name) && !table.is_list()) Missing(table);
      continue;
    }
    if (!IsWanted(table.name)) continue;
    ARROW_RETURN_NOT_OK(CheckCancelled());
    CheckLayout(files_, table.name, request_.max_examples, &report_.checks);
    CheckSchema(files_, table, request_.max_examples, &report_.checks);
    CheckStatistics(&files_, table, request_.max_examples, &report_.checks);
    CheckSorted(files_, table, request_.max_examples, &report_.checks);
  }
  // Parents before their children, also those that are only joined.
  for (const TableSpec* table : ParentsFirst(*request_.spec)) {
    const TableFiles* own = files_.Find(table->name);
    if (own == nullptr || own->kind == DayKind::kAllAtOnce) continue;
    ValidationReport report;
    CheckDays(&files_, *table, request_.expected_days, request_.max_examples, &report);
    if (!IsWanted(table->name)) continue;
    std::move(report.checks.begin(), report.checks.end(),
              std::back_inserter(report_.checks));
    std::move(report.days.begin(), report.days.end(), std::back_inserter(report_.days));
  }
  return arrow::Status::OK();
}

void Validation::Finish() {
  for (Check& check : report_.checks) {
    check.passed = check.violations == 0 && check.skipped_reason.empty();
  }
  const auto place = [this](const auto& one) {
    const auto& tables = request_.spec->tables;
    return std::find_if(tables.begin(), tables.end(),
                        [&](const auto& table) { return table.name == one.table; }) -
           tables.begin();
  };
  const auto by_place = [&](const auto& a, const auto& b) { return place(a) < place(b); };
  std::stable_sort(report_.checks.begin(), report_.checks.end(), by_place);
  std::stable_sort(report_.days.begin(), report_.days.end(), by_place);
}

arrow::Result<ValidationReport> Validation::Run() {
  ARROW_RETURN_NOT_OK(LookAtFacts());
  for (const TableSpec& table : request_.spec->tables) {
    if (!IsWanted(table.name) || files_.Find(table.name) == nullptr) continue;
    ARROW_RETURN_NOT_OK(CheckCancelled());
    ARROW_RETURN_NOT_OK(Rows(table));
  }
  Finish();
  return std::move(report_);
}

}  // namespace

arrow::Result<ValidationReport> ValidateFiles(const ValidateRequest& request) {
  for (const std::string& name : request.tables) {
    if (request.spec->FindTable(name) != nullptr) continue;
    std::vector<std::string> names;
    for (const TableSpec& table : request.spec->tables) names.push_back(table.name);
    return RequestError("unknown table: " + name, DidYouMean(name, names));
  }
  nlohmann::json manifest = request.manifest;
  if (manifest.is_null()) {
    ARROW_ASSIGN_OR_RAISE(manifest, ReadManifestJson(request.root));
  }
  ARROW_ASSIGN_OR_RAISE(DatasetFacts facts,
                        ReadFacts(request.root, manifest, request.spec->id()));
  Validation validation(request,
                        DatasetFiles(request.spec, request.root, std::move(facts)));
  return validation.Run();
}

arrow::Status WriteReportHtml(const ValidationReport& report, const std::string& title,
                              const std::string& path) {
  std::error_code error;  // What cannot be made cannot be opened either.
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  std::ofstream out(path, std::ios::binary);
  out << ReportHtml(report, title);
  out.close();
  if (!out) return arrow::Status::IOError("cannot write the report: ", path);
  return arrow::Status::OK();
}

}  // namespace lakeseed
