// StorageLock: keeps other processes of this machine out of a root.
//
// Thread safety: it may be taken in one thread and given back in another.

#pragma once

namespace lakeseed {

/// Held while this object lives; given back by the system when a process dies.
class StorageLock {
 public:
  explicit StorageLock(int descriptor) : descriptor_(descriptor) {}
  ~StorageLock();
  StorageLock(const StorageLock&) = delete;
  StorageLock& operator=(const StorageLock&) = delete;

 private:
  const int descriptor_;  // -1: nothing to hold.
};

enum class LockMode { kShared, kExclusive };

}  // namespace lakeseed
