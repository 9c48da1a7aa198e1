#include "lakeseed/generate/version_cache.h"

#include <arrow/api.h>
#include <arrow/util/bitmap_ops.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "lakeseed/generate/bound_dataset.h"
#include "lakeseed/generate/evaluation.h"
#include "lakeseed/generate/version_nodes.h"

namespace lakeseed {
namespace {

/// Versions are kept once so many keys were asked for as one in so many of the rows: of
/// few children, such as those of one day, nearly each has a version of its own.
constexpr int64_t kWorthIt = 4;
/// The table of rows is larger than a cache: its places are fetched ahead.
constexpr size_t kAhead = 200;

std::vector<int> NodesOfVersions(const BoundTable& table, std::span<const int> nodes) {
  std::vector<int> kept;
  std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(kept), [&](int node) {
    return IsOfVersion(table, node) &&
           KeptValues::CanKeep(*table.graph[static_cast<size_t>(node)].type);
  });
  return kept;
}

}  // namespace

std::unique_ptr<VersionCache> VersionCache::Make(const BoundDataset& dataset, int table,
                                                 std::span<const int> nodes,
                                                 int64_t expected, ByteBudget* budget) {
  const std::vector<int> kept = NodesOfVersions(dataset.table(table), nodes);
  if (kept.empty()) return nullptr;
  std::unique_ptr<VersionCache> cache(
      new VersionCache(dataset, table, kept, expected, budget));
  // What surely has no room is not begun: it would be dropped with the first versions.
  int64_t bytes = cache->PlaceBytes();
  for (const int node : kept) {
    const arrow::DataType& type =
        *dataset.table(table).graph[static_cast<size_t>(node)].type;
    bytes += KeptValues::LeastBytesFor(cache->capacity_, type);
  }
  return budget->Has(bytes) ? std::move(cache) : nullptr;
}

VersionCache::VersionCache(const BoundDataset& dataset, int table,
                           std::span<const int> nodes, int64_t expected,
                           ByteBudget* budget)
    : dataset_(dataset),
      table_(table),
      nodes_(nodes.begin(), nodes.end()),
      changes_(*dataset.table(table).rows->changes()),
      program_(dataset, TargetsOf(table, nodes)),
      budget_(budget),
      num_rows_(dataset.referable_rows(table)),
      capacity_(num_rows_ + changes_.Before(changes_.horizon())),
      asked_(expected) {}

int64_t VersionCache::PlaceBytes() const {
  return capacity_ * static_cast<int64_t>(sizeof(Version)) +
         num_rows_ * static_cast<int64_t>(sizeof(Latest));
}

int VersionCache::Find(int node) const {
  const auto at = std::find(nodes_.begin(), nodes_.end(), node);
  return at == nodes_.end() ? -1 : static_cast<int>(at - nodes_.begin());
}

arrow::Result<KnownVersions> VersionCache::NumbersOf(const arrow::Int64Array& keys,
                                                     const arrow::Int32Array& days,
                                                     arrow::MemoryPool* pool) {
  const int64_t n = keys.length(), nulls = keys.null_count();
  if (is_dropped_ || asked_.fetch_add(n) * kWorthIt < num_rows_) return KnownVersions{};
  std::span<const int64_t> asked_keys(keys.raw_values(), static_cast<size_t>(n));
  const int32_t* asked_days = days.raw_values();
  std::vector<int64_t> valid_keys;
  std::vector<int32_t> valid_days;
  if (nulls > 0) {
    for (int64_t i = 0; i < n; ++i) {
      if (keys.IsNull(i)) continue;
      valid_keys.push_back(keys.Value(i));
      valid_days.push_back(days.Value(i));
    }
    asked_keys = valid_keys;
    asked_days = valid_days.data();
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> numbers,
                        arrow::AllocateBuffer(n * sizeof(int32_t), pool));
  auto* const out = numbers->mutable_data_as<int32_t>();
  KnownVersions known{this};
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (is_dropped_) return KnownVersions{};
    if (!FindNumbers(asked_keys, asked_days, out).ok()) {
      // What does not fit is made by the caller; what fails will fail there too.
      Drop();
      return KnownVersions{};
    }
    if (kept_.empty()) return KnownVersions{};  // No key has been anything but null.
    for (const KeptValues& kept : kept_) known.num_texts.push_back(kept.num_texts());
  }
  if (nulls == 0) {
    known.numbers = std::make_shared<arrow::Int32Array>(n, std::move(numbers));
    return known;
  }
  // Apart from the last one, to the places of the keys that are there.
  for (int64_t i = n, k = n - nulls; i-- > 0;) {
    out[i] = keys.IsValid(i) ? out[--k] : 0;
  }
  ARROW_ASSIGN_OR_RAISE(
      std::shared_ptr<arrow::Buffer> valid,
      arrow::internal::CopyBitmap(pool, keys.null_bitmap_data(), keys.offset(), n));
  known.numbers =
      std::make_shared<arrow::Int32Array>(n, std::move(numbers), std::move(valid), nulls);
  return known;
}

arrow::Status VersionCache::FindNumbers(std::span<const int64_t> keys,
                                        const int32_t* days, int32_t* numbers) {
  if (latest_.empty()) {
    latest_.resize(static_cast<size_t>(num_rows_));
    versions_.reserve(static_cast<size_t>(capacity_));
  }
  const size_t size = keys.size();
  const Latest* const latest_of = latest_.data();
  std::vector<int32_t> places(size + 1);
  size_t num_unknown = 0;
  for (size_t k = 0; k < size; ++k) {
    if (k + kAhead < size) __builtin_prefetch(latest_of + keys[k + kAhead] - 1, 1);
    const Latest latest = latest_of[keys[k] - 1];
    numbers[k] = latest.number;
    places[num_unknown] = static_cast<int32_t>(k);
    num_unknown += latest.IsOf(days[k]) ? 0 : 1;
  }
  std::vector<int64_t> unknown(num_unknown);
  std::vector<int32_t> unknown_days(num_unknown), versions(num_unknown);
  for (size_t k = 0; k < num_unknown; ++k) {
    unknown[k] = keys[static_cast<size_t>(places[k])] - 1;
    unknown_days[k] = days[places[k]];
  }
  const Rows members(std::move(unknown));
  std::vector<Changes::Standing> standings(num_unknown);
  changes_.VersionsOf(members, unknown_days.data(), versions.data(), standings.data());
  const std::vector<int32_t> until = KeptUntil(versions, unknown_days, &standings);
  Missing missing;
  for (size_t k = 0; k < num_unknown; ++k) {
    if (k + kAhead < num_unknown) {
      __builtin_prefetch(latest_of + members[static_cast<int64_t>(k + kAhead)], 1);
      const int32_t known = numbers[places[k + kAhead]];
      __builtin_prefetch(versions_.data() + std::max(known, 0));
    }
    const int32_t number = NumberOf(members[static_cast<int64_t>(k)], versions[k],
                                    unknown_days[k], until[k], &missing);
    if (number < 0) return arrow::Status::CapacityError("no room");
    numbers[places[k]] = number;
  }
  return missing.rows.empty() ? arrow::Status::OK() : Add(std::move(missing));
}

std::vector<int32_t> VersionCache::KeptUntil(
    std::span<const int32_t> versions, std::vector<int32_t> days,
    std::vector<Changes::Standing>* standings) const {
  // Who does not live on its day is asked for anew each time.
  std::vector<int32_t> living(days.size() + 1), until(days);
  size_t num_living = 0;
  for (size_t k = 0; k < days.size(); ++k) {
    living[num_living] = static_cast<int32_t>(k);
    (*standings)[num_living] = (*standings)[k];
    days[num_living] = days[k];
    num_living += versions[k] > 0 && until[k] >= 0 ? 1 : 0;
  }
  std::vector<int32_t> lives_until(num_living);
  changes_.KeptUntil({standings->data(), num_living}, days.data(), lives_until.data());
  for (size_t j = 0; j < num_living; ++j) until[living[j]] = lives_until[j];
  return until;
}

int32_t VersionCache::NumberOf(int64_t row, int32_t version, int32_t day, int32_t until,
                               Missing* missing) {
  constexpr int32_t kLastDay = std::numeric_limits<uint16_t>::max();
  Latest& latest = latest_[static_cast<size_t>(row)];
  int32_t number = latest.number;
  while (number >= 0 && versions_[static_cast<size_t>(number)].version != version) {
    number = versions_[static_cast<size_t>(number)].earlier;
  }
  if (number >= 0 && number != latest.number) return number;
  const bool is_new = number < 0;
  if (is_new) {
    if (std::ssize(versions_) == capacity_) return -1;
    missing->rows.push_back(row);
    missing->days.push_back(day);
    missing->versions.push_back(version);
    number = static_cast<int32_t>(versions_.size());
    versions_.push_back({version, latest.number});
    latest = {number, 0, 0};
  }
  if (day < 0 || until > kLastDay || day >= until) return number;
  // A version's days are neighbours: what lies between two of them is of it too.
  const bool has_days = latest.first < latest.end;
  latest.first =
      static_cast<uint16_t>(has_days ? std::min<int32_t>(latest.first, day) : day);
  latest.end =
      static_cast<uint16_t>(has_days ? std::max<int32_t>(latest.end, until) : until);
  return number;
}

arrow::Status VersionCache::Add(Missing missing) {
  arrow::Int32Builder builder;
  ARROW_RETURN_NOT_OK(builder.AppendValues(missing.days));
  std::shared_ptr<arrow::Int32Array> view_days;
  ARROW_RETURN_NOT_OK(builder.Finish(&view_days));
  Evaluation evaluation(program_, table_, Rows(std::move(missing.rows)), view_days,
                        dataset_.default_as_of(), arrow::default_memory_pool());
  evaluation.KnowVersions(std::move(missing.versions));
  arrow::ArrayVector made;
  int64_t bytes = PlaceBytes();
  for (const int node : nodes_) {
    ARROW_ASSIGN_OR_RAISE(auto values, evaluation.Get(node));
    bytes += KeptValues::BytesFor(capacity_, *values);
    made.push_back(std::move(values));
  }
  if (kept_.empty()) {
    if (!budget_->Take(bytes)) return arrow::Status::CapacityError("no room");
    const std::vector<GraphNode>& graph = dataset_.table(table_).graph;
    for (size_t k = 0; k < nodes_.size(); ++k) {
      const bool nullable = graph[static_cast<size_t>(nodes_[k])].shape.nullable;
      ARROW_ASSIGN_OR_RAISE(KeptValues kept,
                            KeptValues::Make(capacity_, nullable, *made[k]));
      kept_.push_back(std::move(kept));
    }
  }
  for (size_t k = 0; k < nodes_.size(); ++k) {
    if (!kept_[k].Add(*made[k])) return arrow::Status::CapacityError("no room");
  }
  return arrow::Status::OK();
}

void VersionCache::Drop() {
  is_dropped_ = true;  // Others may still read what they have the numbers of.
  latest_ = {};
  versions_ = {};
}

arrow::Result<std::shared_ptr<arrow::Array>> VersionCache::ValuesOf(
    int node, const KnownVersions& versions, arrow::MemoryPool* pool) const {
  return kept_[static_cast<size_t>(Find(node))].At(*versions.numbers, pool);
}

arrow::Result<std::shared_ptr<arrow::Array>> VersionCache::TextsOf(
    int node, const KnownVersions& versions, arrow::MemoryPool* pool) const {
  const auto at = static_cast<size_t>(Find(node));
  if (!kept_[at].is_dictionary()) return nullptr;
  return kept_[at].AsDictionary(versions.num_texts[at], *versions.numbers, pool);
}

}  // namespace lakeseed
