#include "lakeseed/cli/run_targets.h"

#include "lakeseed/cli/catalog_option.h"
#include "lakeseed/cli/option_tables.h"

namespace lakeseed {

arrow::Result<RunTargets> RunTargets::Make(const Arguments& arguments,
                                           const BoundDataset& dataset,
                                           const PlanRequest& first) {
  RunTargets targets;
  ARROW_ASSIGN_OR_RAISE(auto also, AlsoRequestsOf(arguments, first));
  also.insert(also.begin(), {first, arguments.Text("catalog")});
  for (auto& [request, catalog] : also) {
    ARROW_ASSIGN_OR_RAISE(Plan plan, MakePlan(dataset, request));
    ARROW_ASSIGN_OR_RAISE(targets.catalogs_.emplace_back(), CatalogOf(catalog, plan));
    targets.plans_.push_back(std::move(plan));
    targets.requests_.push_back(std::move(request));
  }
  return targets;
}

arrow::Status RunTargets::Open() {
  for (size_t i = 0; i < plans_.size(); ++i) {
    ARROW_ASSIGN_OR_RAISE(storages_.emplace_back(), OpenOutput(plans_[i], catalogs_[i]));
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
