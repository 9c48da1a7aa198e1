#include "lakeseed/write/storage_fault.h"

#include <arrow/util/io_util.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <string>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

constexpr int kNoFault = -1;

std::atomic<int> fault_kind{kNoFault};
std::atomic<int64_t> fault_call{0};
std::atomic<int64_t> num_calls{0};

bool NeedsSpace(internal::StorageCall call) {
  return call == internal::StorageCall::kOpen || call == internal::StorageCall::kWrite ||
         call == internal::StorageCall::kMakeDirectory;
}

}  // namespace

arrow::Result<StorageFault> ParseStorageFault(std::string_view text) {
  constexpr std::pair<std::string_view, StorageFault::Kind> kKinds[] = {
      {"fail:", StorageFault::Kind::kFail},   {"full:", StorageFault::Kind::kFull},
      {"crash:", StorageFault::Kind::kCrash}, {"kill:", StorageFault::Kind::kKill},
      {"stop:", StorageFault::Kind::kStop},
  };
  for (const auto& [prefix, kind] : kKinds) {
    if (!text.starts_with(prefix)) continue;
    StorageFault fault{kind, 0};
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + prefix.size(), end, fault.at_call);
    if (read.ec == std::errc{} && read.ptr == end && fault.at_call > 0) return fault;
  }
  return RequestError(
      "bad storage fault: " + std::string(text),
      "write fail:K, full:K, crash:K, kill:K or stop:K, K counted from 1");
}

void SetStorageFault(std::optional<StorageFault> fault) {
  fault_call = fault ? fault->at_call : 0;
  fault_kind = fault ? static_cast<int>(fault->kind) : kNoFault;
  num_calls = 0;
}

int64_t CountedStorageCalls() { return num_calls; }

namespace internal {

arrow::Status CountStorageCall(StorageCall call, std::string_view path) {
  const int64_t number = ++num_calls;
  const int kind = fault_kind;
  if (kind == kNoFault) return arrow::Status::OK();
  const int64_t at = fault_call;
  bool fails = false;
  switch (static_cast<StorageFault::Kind>(kind)) {
    case StorageFault::Kind::kFail:
      fails = number == at;
      break;
    case StorageFault::Kind::kFull:
      fails = number >= at && NeedsSpace(call);
      break;
    case StorageFault::Kind::kCrash:
      fails = number >= at;
      break;
    case StorageFault::Kind::kKill:
      if (number == at) std::raise(SIGKILL);
      break;
    case StorageFault::Kind::kStop:
      if (number == at) std::raise(SIGSTOP);
      break;
  }
  if (!fails) return arrow::Status::OK();
  return arrow::internal::IOErrorFromErrno(ENOSPC, "storage call ", number, " on '", path,
                                           "' failed (injected)");
}

}  // namespace internal
}  // namespace lakeseed
