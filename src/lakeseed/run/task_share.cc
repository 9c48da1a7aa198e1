#include "lakeseed/run/task_share.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

#include "lakeseed/base/status.h"

namespace lakeseed {

arrow::Result<TaskShare> ParseTaskShare(std::string_view text) {
  TaskShare share;
  const size_t slash = text.find('/');
  const auto read = [](std::string_view part, int64_t* out) {
    const auto [end, error] =
        std::from_chars(part.data(), part.data() + part.size(), *out);
    return error == std::errc() && end == part.data() + part.size();
  };
  if (slash == std::string_view::npos || !read(text.substr(0, slash), &share.index) ||
      !read(text.substr(slash + 1), &share.count) || share.index < 1 ||
      share.count < share.index) {
    return RequestError(fmt::format("task share must be i/n with 1 <= i <= n: {}", text),
                        "`--task 2/8` runs the second eighth of the tasks");
  }
  return share;
}

}  // namespace lakeseed
