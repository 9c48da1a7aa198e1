// LateValue: what is made when it is asked for first, and kept, as is the error of making
// it.
//
// Thread safety: any number of threads; one of them makes it, the others wait.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <mutex>

namespace lakeseed {

template <typename T>
class LateValue {
 public:
  /// The value, which lives as long as this; or the error of `make`, which gives an
  /// arrow::Result<T>.
  template <typename Make>
  arrow::Result<const T*> Get(const Make& make) const {
    std::call_once(state_->once, [&] { state_->made = make(); });
    ARROW_RETURN_NOT_OK(state_->made.status());
    return &*state_->made;
  }

 private:
  struct State {
    std::once_flag once;
    arrow::Result<T> made{arrow::Status::UnknownError("not made")};
  };
  /// Apart, so that this can be moved.
  std::unique_ptr<State> state_ = std::make_unique<State>();
};

}  // namespace lakeseed
