#include "lakeseed/generate/some_rows.h"

#include <arrow/api.h>

#include <memory>
#include <utility>

#include "lakeseed/generate/gather.h"

namespace lakeseed {

arrow::Result<SomeRows> SomeRows::At(const GenerateRequest& request,
                                     std::vector<int64_t> places) {
  SomeRows some;
  if (!request.inputs.empty()) {
    const arrow::Int64Array where(std::ssize(places), arrow::Buffer::Wrap(places));
    for (const std::shared_ptr<arrow::Array>& input : request.inputs) {
      ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Array> gathered,
                            Gather(input, where, request.pool));
      some.inputs.push_back(std::move(gathered));
    }
  }
  for (int64_t& place : places) place = request.rows[place];
  some.rows = Rows(std::move(places));
  return some;
}

}  // namespace lakeseed
