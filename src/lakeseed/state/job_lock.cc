#include "lakeseed/state/job_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace lakeseed {
namespace {

std::string LockPath(const std::string& state_path) { return state_path + ".lock"; }

/// The byte of a job: 60 random bits of its id, so no two jobs share one.
struct flock ByteOf(const std::string& job_id) {
  constexpr size_t kDigits = 15;
  constexpr int kBase = 16;
  int64_t place = 0;
  std::from_chars(job_id.data(), job_id.data() + std::min(job_id.size(), kDigits), place,
                  kBase);
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = place;
  range.l_len = 1;
  return range;
}

}  // namespace

std::unique_ptr<JobLock> JobLock::Hold(const std::string& state_path,
                                       const std::string& job_id) {
  constexpr mode_t kMode = 0666;  // The umask decides, as for the state itself.
  int file = ::open(LockPath(state_path).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  struct flock range = ByteOf(job_id);
  if (file >= 0 && ::fcntl(file, F_OFD_SETLK, &range) != 0) {
    ::close(file);
    file = -1;
  }
  return std::unique_ptr<JobLock>(new JobLock(file));
}

JobLock::~JobLock() {
  if (file_ >= 0) ::close(file_);
}

JobLockState ReadJobLock(const std::string& state_path, const std::string& job_id) {
  const int file = ::open(LockPath(state_path).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return JobLockState::kUnknown;
  struct flock range = ByteOf(job_id);
  const bool is_known = ::fcntl(file, F_OFD_GETLK, &range) == 0;
  ::close(file);
  if (!is_known) return JobLockState::kUnknown;
  return range.l_type == F_UNLCK ? JobLockState::kFree : JobLockState::kHeld;
}

}  // namespace lakeseed
