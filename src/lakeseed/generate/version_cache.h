// VersionCache: attributes of members that change, kept once for each version that
// was asked for, so that a million children do not compute their parent's state a
// million times, nor a writer look at its texts.
//
// Versions are numbered in the order in which they are asked for first; a number stays.
// It is pure and droppable: with it or without it the values are the same. What would
// not fit its room is not kept at all, so memory never grows beyond it.
//
// Thread safety: any number of threads.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "lakeseed/generate/byte_budget.h"
#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/kept_values.h"
#include "lakeseed/generate/program.h"

namespace lakeseed {

class VersionCache;

/// Versions that some rows refer to, by their numbers; no cache: they are not kept.
struct KnownVersions {
  const VersionCache* cache = nullptr;
  std::shared_ptr<arrow::Int32Array> numbers;
  std::vector<int64_t> num_texts;  ///< Distinct texts by then, of each node kept.
};

class VersionCache {
 public:
  /// Keep those of the nodes of a table that change with its members' versions and with
  /// nothing else; nullptr where none does. The cache takes its room out of the budget
  /// when it begins: once enough keys were asked for, `expected` ones among them.
  static std::unique_ptr<VersionCache> Make(const BoundDataset& dataset, int table,
                                            std::span<const int> nodes, int64_t expected,
                                            ByteBudget* budget);

  bool Holds(int node) const { return Find(node) >= 0; }

  /// The number of the version that each key's row has on its day; of a null key null.
  /// Without a cache when nothing is kept, or not yet: the caller then computes the
  /// values itself.
  arrow::Result<KnownVersions> NumbersOf(const arrow::Int64Array& keys,
                                         const arrow::Int32Array& days,
                                         arrow::MemoryPool* pool);

  /// What the versions have. REQUIRES: Holds(node), and the versions are of NumbersOf().
  arrow::Result<std::shared_ptr<arrow::Array>> ValuesOf(int node,
                                                        const KnownVersions& versions,
                                                        arrow::MemoryPool* pool) const;
  /// The same for texts, as a dictionary of all that are kept; nullptr where the node is
  /// none of text, or may be null.
  arrow::Result<std::shared_ptr<arrow::Array>> TextsOf(int node,
                                                       const KnownVersions& versions,
                                                       arrow::MemoryPool* pool) const;

 private:
  /// The number of the last version of a row that was asked for, and the days, from the
  /// first to that before the last, on which the row surely has it.
  struct Latest {
    int32_t number = -1;
    uint16_t first = 0, end = 0;

    bool IsOf(int32_t day) const { return (day >= first) & (day < end); }
  };
  /// What a number stands for, and that of the row's version asked for before.
  struct Version {
    int32_t version = 0, earlier = -1;
  };
  /// Versions that are not kept yet: of rows on days on which they have them.
  struct Missing {
    std::vector<int64_t> rows;
    std::vector<int32_t> days, versions;
  };

  VersionCache(const BoundDataset& dataset, int table, std::span<const int> nodes,
               int64_t expected, ByteBudget* budget);

  /// Of the tables of numbers.
  int64_t PlaceBytes() const;
  /// Place of a node among those kept, or -1.
  int Find(int node) const;
  /// Find the number of each key's version on its day, by the days for which they are
  /// known where that can be. Under the lock.
  arrow::Status FindNumbers(std::span<const int64_t> keys, const int32_t* days,
                            int32_t* numbers);
  /// Until when rows surely have the versions that they have on their days; those of
  /// the living come first in `standings` then.
  std::vector<int32_t> KeptUntil(std::span<const int32_t> versions,
                                 std::vector<int32_t> days,
                                 std::vector<Changes::Standing>* standings) const;
  /// The number of a row's version, which it has for sure on days [day, until); a new one
  /// is noted as missing. -1: no room.
  int32_t NumberOf(int64_t row, int32_t version, int32_t day, int32_t until,
                   Missing* missing);
  /// Keep what new versions have.
  arrow::Status Add(Missing missing);
  void Drop();

  const BoundDataset& dataset_;
  const int table_;
  const std::vector<int> nodes_;
  const Changes& changes_;
  const Program program_;
  ByteBudget* const budget_;
  const int64_t num_rows_;
  const int64_t capacity_;      ///< Versions that there can be of living members.
  std::atomic<int64_t> asked_;  ///< Keys, with those that are expected.
  std::atomic<bool> is_dropped_ = false;

  std::mutex mutex_;
  std::vector<Latest> latest_;     ///< By row.
  std::vector<Version> versions_;  ///< By number.
  std::vector<KeptValues> kept_;   ///< Of each node; empty before the first version.
};

}  // namespace lakeseed
