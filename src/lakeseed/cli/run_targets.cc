#include "lakeseed/cli/run_targets.h"

#include "lakeseed/cli/catalog_option.h"
#include "lakeseed/cli/option_tables.h"

namespace lakeseed {

arrow::Result<RunTargets> RunTargets::Make(const Arguments& arguments,
                                           const BoundDataset& dataset,
                                           const PlanRequest& first) {
  RunTargets targets;
  ARROW_ASSIGN_OR_RAISE(targets.requests_, AlsoRequestsOf(arguments, first));
  targets.requests_.insert(targets.requests_.begin(), first);
  for (const PlanRequest& request : targets.requests_) {
    ARROW_ASSIGN_OR_RAISE(targets.plans_.emplace_back(), MakePlan(dataset, request));
  }
  ARROW_ASSIGN_OR_RAISE(targets.catalog_, CatalogOf(arguments, targets.first()));
  return targets;
}

arrow::Status RunTargets::Open() {
  for (const Plan& plan : plans_) {
    ARROW_RETURN_NOT_OK(CheckWritable(plan.output));
  }
  for (const Plan& plan : plans_) {
    ARROW_ASSIGN_OR_RAISE(storages_.emplace_back(),
                          OpenOutput(plan, storages_.empty() ? catalog_ : ""));
  }
  return arrow::Status::OK();
}

std::vector<RunTarget> RunTargets::targets() const {
  std::vector<RunTarget> targets;
  for (size_t i = 0; i < plans_.size(); ++i) {
    targets.push_back({&plans_[i], storages_[i].get()});
  }
  return targets;
}

std::vector<Storage*> RunTargets::storages() const {
  std::vector<Storage*> storages;
  for (const auto& storage : storages_) storages.push_back(storage.get());
  return storages;
}

}  // namespace lakeseed
