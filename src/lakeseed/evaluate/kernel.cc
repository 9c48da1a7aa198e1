#include "lakeseed/evaluate/kernel.h"

#include "lakeseed/evaluate/blend.h"

namespace lakeseed {

arrow::Status FinishTruth(int64_t length, Vector* out) {
  if (out->valid == nullptr) return arrow::Status::OK();
  // The kernel that made them still owns these bytes alone.
  MarkUnknown(out->valid, length, const_cast<uint8_t*>(out->as<uint8_t>()));
  out->ShareValidity({});
  return arrow::Status::OK();
}

arrow::Status SpreadValidity(const KernelCall& call, Vector* out) {
  Vector all;
  for (const Vector& arg : call.args) {
    Vector both;
    ARROW_RETURN_NOT_OK(IntersectValidity(all, arg, call.length, call.pool(), &both));
    all = std::move(both);
  }
  out->ShareValidity(all);
  return arrow::Status::OK();
}

void ShareOwners(const KernelCall& call, Vector* out) {
  for (const Vector& arg : call.args) {
    out->owners.insert(out->owners.end(), arg.owners.begin(), arg.owners.end());
  }
}

}  // namespace lakeseed
