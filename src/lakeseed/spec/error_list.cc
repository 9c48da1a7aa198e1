#include "lakeseed/spec/error_list.h"

#include <algorithm>
#include <tuple>

namespace lakeseed {

void ErrorList::Add(const arrow::Status& status, const std::string& path) {
  for (Diagnostic& one : DiagnosticsOf(status)) {
    if (one.path.empty()) one.path = path;
    list_.push_back(std::move(one));
  }
}

void ErrorList::Add(std::vector<Diagnostic> diagnostics) {
  for (Diagnostic& one : diagnostics) list_.push_back(std::move(one));
}

arrow::Status ErrorList::Finish() const {
  if (list_.empty()) return arrow::Status::OK();
  std::vector<Diagnostic> sorted = list_;
  const auto order = [](const Diagnostic& one) {
    return std::tie(one.place.file, one.place.line, one.place.column);
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto& a, const auto& b) { return order(a) < order(b); });
  // A group that two tables include would report each of its mistakes twice.
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.ToString() == b.ToString();
  };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  return SpecErrors(std::move(sorted));
}

}  // namespace lakeseed
