// TrackedGenerator: a generator whose value changes when its entity changes.
//
// An entity of a population has versions 1, 2, …; a change touches some of the
// tracked roots (lets and columns under `changes: tracks:`). The value of a
// root in version v is drawn in the last version up to v that touched it.
//
// Laws:  version 1 has the generator's own law, as if nothing ever changed
//        a change changes something: a touched root is redrawn until it differs
//        from the value before (at most kTries draws); for a struct, until its
//        first field differs
//        only the version decides, so snapshot, history and look-ups agree
//
// Thread safety: immutable but for a locked cache of bound generators.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/row_space.h"

namespace lakeseed {

class RedrawnValues;

class TrackedGenerator {
 public:
  using GeneratorPtr = std::shared_ptr<const ColumnGenerator>;
  /// Bind the generator again for the `attempt`-th draw in `version`.
  using Factory = std::function<arrow::Result<GeneratorPtr>(int version, int attempt)>;

  static constexpr int kTries = 16;

  /// `root` is this generator's place among the `num_roots` tracked ones.
  TrackedGenerator(GeneratorPtr first, Factory factory, const RowSpace& rows, int root,
                   int num_roots);

  const ColumnGenerator& first() const { return *first_; }

  /// Return the values of the rows' `versions` (0: of one that is not alive).
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request, const std::vector<int32_t>& versions) const;

 private:
  arrow::Result<GeneratorPtr> Bound(int version, int attempt) const;
  /// Draw again for the changes `open`; `members`: the rows of all changes.
  arrow::Status Redraw(const GenerateRequest& request, const Rows& members, int version,
                       std::vector<int64_t> open, RedrawnValues* redrawn) const;

  const GeneratorPtr first_;
  const Factory factory_;
  const RowSpace& rows_;
  const int root_;
  const int num_roots_;
  mutable std::mutex mutex_;
  mutable std::vector<GeneratorPtr> bound_;  ///< By version and attempt.
};

}  // namespace lakeseed
