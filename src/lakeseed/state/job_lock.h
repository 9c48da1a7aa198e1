// JobLock: a lock that the kernel lets go of when its process ends, however it ends.
//
// One byte of `<state>.lock` for each job. It tells the living from the dead also
// where process numbers do not: in containers and on other hosts that share the
// file system.
//
// Thread safety: may be used by any thread.

#pragma once

#include <memory>
#include <string>

namespace lakeseed {

class JobLock {
 public:
  /// Lock a job's byte until the object is gone. Where the file system has no locks
  /// it holds nothing; ReadJobLock then says kUnknown.
  static std::unique_ptr<JobLock> Hold(const std::string& state_path,
                                       const std::string& job_id);
  ~JobLock();
  JobLock(const JobLock&) = delete;
  JobLock& operator=(const JobLock&) = delete;

 private:
  explicit JobLock(int file) : file_(file) {}

  const int file_;  // -1: none.
};

enum class JobLockState {
  kHeld,     ///< Its job is being worked on.
  kFree,     ///< Whoever held it is gone.
  kUnknown,  ///< No locks here.
};

JobLockState ReadJobLock(const std::string& state_path, const std::string& job_id);

}  // namespace lakeseed
