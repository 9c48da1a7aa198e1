// LateLibrary: a shared library of C functions that is loaded when it is needed first. A
// run that sends nothing and knows no server does not pay for the thirty libraries that
// an HTTP client and a database client bring along.
//
// The library's functions are defined by LAKESEED_LATE as calls of its own; who uses them
// includes the library's header and opens it before the first call.
//
// Thread safety: all functions may be called from any thread.

#pragma once

#include <arrow/status.h>

#include <mutex>

namespace lakeseed {

class LateLibrary {
 public:
  /// The name with the version of its functions: libpq.so.5.
  explicit LateLibrary(const char* name) : name_(name) {}

  /// Load it, unless it is loaded.
  /// \retval IOError  it is not installed
  arrow::Status Open();

  /// REQUIRES: Open() was OK; the library has such a function.
  void* Find(const char* function) const;

 private:
  const char* const name_;
  std::once_flag once_;
  void* handle_ = nullptr;
  arrow::Status opened_;
};

}  // namespace lakeseed

/// Define a function of a library, which `library()` gives.
#define LAKESEED_LATE(library, result, name, parameters, arguments) \
  extern "C" result name parameters {                               \
    static const auto function =                                    \
        reinterpret_cast<decltype(&name)>((library)().Find(#name)); \
    return function arguments;                                      \
  }
