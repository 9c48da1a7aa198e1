// Storage faults for tests: make the k-th storage call of this process fail.
//
// Every call of Storage that changes something (open, write, close, rename,
// make directory, remove) counts as one call. Nothing here runs unless a fault
// was set: the program sets one only from LAKESEED_FAULT.
//
// Thread safety: all functions may be called from any thread.

#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace lakeseed {

struct StorageFault {
  enum class Kind {
    kFail,   ///< Call `at_call` alone fails: no space left on device.
    kFull,   ///< From `at_call` on, open, write and make directory fail.
    kCrash,  ///< From `at_call` on every call fails: what a killed process leaves.
    kKill,   ///< At `at_call` the process kills itself.
    kStop,   ///< At `at_call` the process stops, until it is told to go on.
  };
  Kind kind = Kind::kFail;
  int64_t at_call = 0;  ///< Counted from 1.
};

/// Parse "fail:K", "full:K", "crash:K", "kill:K" or "stop:K".
arrow::Result<StorageFault> ParseStorageFault(std::string_view text);

/// Set or clear the fault of this process, and count calls from 0 again.
void SetStorageFault(std::optional<StorageFault> fault);

/// Storage calls since the last SetStorageFault.
int64_t CountedStorageCalls();

namespace internal {

enum class StorageCall { kOpen, kWrite, kClose, kRename, kMakeDirectory, kRemove };

/// Count one call; an IOError when it is to fail.
arrow::Status CountStorageCall(StorageCall call, std::string_view path);

}  // namespace internal
}  // namespace lakeseed
