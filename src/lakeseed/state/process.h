// ProcessOwner: a process that can be told from a later one with the same number.
//
// Thread safety: pure functions of what the system says.

#pragma once

#include <cstdint>
#include <string>

namespace lakeseed {

struct ProcessOwner {
  std::string host;
  int64_t pid = 0;
  std::string mark;  ///< Boot of the host, name space of the pid, time of the start.
};

ProcessOwner ThisProcess();

/// Whether the process has ended for certain: it is of this host, and its number is
/// free or has gone to another process. Processes of other hosts are never gone.
bool IsGone(const ProcessOwner& owner);

}  // namespace lakeseed
