#include "lakeseed/validate/validator.h"

#include <arrow/api.h>

#include <fstream>
#include <utility>

#include "lakeseed/base/status.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/validate/table_check.h"

namespace lakeseed {
namespace {

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
  arrow::Status Stream(const TableSpec& table);
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

arrow::Status Validation::Stream(const TableSpec& table) {
  const TableFiles& own = *files_.Find(table.name);
  if (request_.progress) request_.progress(table.name, own.facts->num_rows);
  if (own.schema == nullptr) {
    Check check{.table = table.name, .rule = "rows", .kind = "rows"};
    check.skipped_reason = "no file of the table can be read";
    report_.checks.push_back(std::move(check));
    return arrow::Status::OK();
  }
  TableScope scope(&files_, &table);
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
    report_.checks.push_back(std::move(check));
  }
  for (Check& check : builder.skipped()) report_.checks.push_back(std::move(check));
  return arrow::Status::OK();
}

arrow::Result<ValidationReport> Validation::Run() {
  for (const TableSpec& table : request_.spec->tables) {
    if (!IsWanted(table.name)) continue;
    if (files_.Find(table.name) == nullptr) {
      Missing(table);
      continue;
    }
    ARROW_RETURN_NOT_OK(CheckCancelled());
    CheckLayout(files_, table.name, request_.max_examples, &report_.checks);
    CheckSchema(files_, table, request_.max_examples, &report_.checks);
    CheckStatistics(&files_, table, request_.max_examples, &report_.checks);
  }
  for (const TableSpec& table : request_.spec->tables) {
    if (!IsWanted(table.name) || files_.Find(table.name) == nullptr) continue;
    ARROW_RETURN_NOT_OK(Stream(table));
  }
  for (Check& check : report_.checks) {
    check.passed = check.violations == 0 && check.skipped_reason.empty();
  }
  std::stable_sort(
      report_.checks.begin(), report_.checks.end(),
      [this](const Check& a, const Check& b) {
        const auto place = [this](const Check& check) {
          const auto& tables = request_.spec->tables;
          return std::find_if(tables.begin(), tables.end(),
                              [&](const auto& one) { return one.name == check.table; }) -
                 tables.begin();
        };
        return place(a) < place(b);
      });
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
  ARROW_ASSIGN_OR_RAISE(DatasetFacts facts, FactsFromJson(manifest, request.spec->id()));
  Validation validation(request,
                        DatasetFiles(request.spec, request.root, std::move(facts)));
  return validation.Run();
}

arrow::Status WriteReportHtml(const ValidationReport& report, const std::string& title,
                              const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  out << ReportHtml(report, title);
  out.close();
  if (!out) return arrow::Status::IOError("cannot write the report: ", path);
  return arrow::Status::OK();
}

}  // namespace lakeseed
