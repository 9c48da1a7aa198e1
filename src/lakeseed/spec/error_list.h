// All that is wrong in a file, gathered while reading goes on.
//
// Thread safety: none; one per reading.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lakeseed/base/status.h"

namespace lakeseed {

class ErrorList {
 public:
  void Add(const Place& place, std::string path, std::string reason,
           std::optional<std::string> value = std::nullopt, std::string hint = "") {
    list_.push_back(
        {place, std::move(path), std::move(reason), std::move(value), std::move(hint)});
  }

  /// Add what a status carries; `path` stands in where a diagnostic has none.
  void Add(const arrow::Status& status, const std::string& path);
  void Add(std::vector<Diagnostic> diagnostics);

  bool empty() const { return list_.empty(); }

  /// OK, or one status with all of them in the order of the file, each once.
  arrow::Status Finish() const;

 private:
  std::vector<Diagnostic> list_;
};

}  // namespace lakeseed
