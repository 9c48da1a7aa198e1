// NameScope: while it lives, names are looked for among the fields of a struct first.
//
// Thread safety: none; binding runs on one thread.

#pragma once

#include <string>
#include <utility>

#include "lakeseed/spec/column_spec.h"

namespace lakeseed {

/// The structs around a column: "home.geo." of home.geo.lat, or empty.
inline std::string ScopeOf(const ColumnSpec& column) {
  return column.name.substr(0, column.name.rfind('.') + 1);
}

class NameScope {
 public:
  NameScope(std::string* scope, std::string fields)
      : scope_(scope), before_(std::exchange(*scope, std::move(fields))) {}
  ~NameScope() { *scope_ = std::move(before_); }
  NameScope(const NameScope&) = delete;
  NameScope& operator=(const NameScope&) = delete;

 private:
  std::string* const scope_;
  std::string before_;
};

}  // namespace lakeseed
