// RunTargets: the plans of one request, each with the store that its files go to.
//
// Thread safety: a command runs on the main thread.

#pragma once

#include <arrow/result.h>

#include <memory>
#include <span>
#include <vector>

#include "lakeseed/cli/arguments.h"
#include "lakeseed/plan/make_plan.h"
#include "lakeseed/run/runner.h"

namespace lakeseed {

class RunTargets {
 public:
  /// Plan `first` and the targets of --also; nothing is opened or written. --catalog is
  /// for the first, the others say theirs.
  static arrow::Result<RunTargets> Make(const Arguments& arguments,
                                        const BoundDataset& dataset,
                                        const PlanRequest& first);

  /// \retval Invalid (exit code 2)  an output cannot be written to.
  arrow::Status Open();

  const std::vector<PlanRequest>& requests() const { return requests_; }
  const std::vector<Plan>& plans() const { return plans_; }
  const Plan& first() const { return plans_.front(); }
  /// REQUIRES: opened.
  std::vector<RunTarget> targets() const;
  std::vector<Storage*> storages() const;

 private:
  std::vector<PlanRequest> requests_;
  std::vector<Plan> plans_;
  std::vector<std::unique_ptr<Storage>> storages_;
  std::vector<std::string> catalogs_;
};

}  // namespace lakeseed
