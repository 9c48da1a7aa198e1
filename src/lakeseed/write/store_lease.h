// StoreLease: a file system whose keys run out, and are asked for again.
//
// Laws: keys of which more than half of the time is over are asked for again before they
// are used, so that an upload has at least half of it; those that are refused are asked
// for once more. When nobody gives new ones the old are used for as long as they hold.
// What the library of a store throws comes back as an error.
//
// Thread safety: any number of threads; one asks while the others wait.

#pragma once

#include <arrow/filesystem/filesystem.h>
#include <arrow/result.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "lakeseed/write/store_properties.h"

namespace lakeseed {

struct LeasedStore {
  std::shared_ptr<arrow::fs::FileSystem> fs;
  StoreProperties properties;  ///< Its keys.
  /// nullopt: nobody knows.
  std::optional<std::chrono::system_clock::time_point> until;
};

class StoreLease {
 public:
  using Ask = std::function<arrow::Result<LeasedStore>()>;

  /// `ask`: null where nobody gives others.
  StoreLease(LeasedStore first, Ask ask);

  bool can_renew() const { return ask_ != nullptr; }

  /// What holds now.
  std::shared_ptr<const LeasedStore> Now();

  /// Ask again after a refusal; false when there are no others than those that were
  /// refused.
  bool Renew(const LeasedStore& refused);

 private:
  using Time = std::chrono::system_clock::time_point;

  /// Whether it has other keys than before.
  bool AskAgain();

  const Ask ask_;
  std::mutex mutex_;
  std::shared_ptr<const LeasedStore> now_;
  Time due_;  // When to ask again.
};

/// A file system over what a lease holds. `is_refused`: whether an error says that the
/// keys do not hold. A file that is longer than a few megabytes and is refused on its way
/// stays refused. `hint`: to errors that the store's library has thrown.
std::shared_ptr<arrow::fs::FileSystem> LeasedFileSystem(
    std::shared_ptr<StoreLease> lease, bool (*is_refused)(const arrow::Status&),
    std::string hint);

}  // namespace lakeseed
