#include "lakeseed/base/late_library.h"

#include <dlfcn.h>

#include <cstdlib>

namespace lakeseed {

arrow::Status LateLibrary::Open() {
  std::call_once(once_, [this] {
    handle_ = dlopen(name_, RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) opened_ = arrow::Status::IOError(dlerror());
  });
  return opened_;
}

void* LateLibrary::Find(const char* function) const {
  void* const found = handle_ == nullptr ? nullptr : dlsym(handle_, function);
  if (found == nullptr) std::abort();
  return found;
}

}  // namespace lakeseed
