// lookup(table.column, key): a column of a vocabulary table by its first column.
//
// Keys of dictionaries are looked up once for each entry; texts come out as codes
// into one dictionary for ever. An unknown key gives null.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>

#include "lakeseed/base/suggest.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/evaluate/convert.h"
#include "lakeseed/evaluate/dictionary_memory.h"
#include "lakeseed/evaluate/gather.h"
#include "lakeseed/evaluate/kernel.h"

namespace lakeseed {
namespace {

using Table = VocabularyTable;
using TablePtr = std::shared_ptr<const VocabularyTable>;

// Rows of the table in order of their keys; of equal keys the first row wins.
template <class T>
class KeyIndex {
 public:
  KeyIndex() = default;
  template <class Keys>
  explicit KeyIndex(const Keys& keys) : rows_(keys.size()) {
    std::iota(rows_.begin(), rows_.end(), 0);
    if (!std::is_sorted(keys.begin(), keys.end())) {
      std::stable_sort(rows_.begin(), rows_.end(),
                       [&](int32_t a, int32_t b) { return keys[a] < keys[b]; });
    }
    keys_.reserve(keys.size());
    for (int32_t row : rows_) keys_.push_back(T(keys[row]));
  }

  int32_t Find(const T& key, int32_t missing) const {
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
    return at == keys_.end() || *at != key ? missing : rows_[at - keys_.begin()];
  }

 private:
  std::vector<T> keys_;
  std::vector<int32_t> rows_;
};

arrow::Result<ValueType> TypeOf(const Table& table, size_t index) {
  const Table::Head& column = table.heads()[index];
  ValueType type;
  type.kind = ValueKind::kText;
  type.dictionary = true;
  if (column.type == Table::Type::kText) return type;
  type.dictionary = false;
  type.kind = ValueKind::kDouble;
  if (column.type == Table::Type::kDouble) return type;
  type.kind = column.scale > 0 ? ValueKind::kDecimal : ValueKind::kInteger;
  type.scale = column.scale;
  type.limit = 0;
  ARROW_ASSIGN_OR_RAISE(const Table::Column* numbers, table.ColumnAt(index));
  for (int64_t x : numbers->integers)
    type.limit = std::max(type.limit, Int128{x < 0 ? -x : x});
  return type;
}

template <class T>
arrow::Status Copy(const std::vector<T>& values, Vector* out) {
  const auto length = static_cast<int64_t>(values.size());
  ARROW_ASSIGN_OR_RAISE(T * to, NewValues<T>(out, length, arrow::default_memory_pool()));
  std::copy(values.begin(), values.end(), to);
  return arrow::Status::OK();
}

// The column with a null row at its end (NewValues gives the value under it).
arrow::Result<Vector> ReadColumn(const Table::Column& column, int64_t num_rows) {
  Vector out;
  arrow::MemoryPool* pool = arrow::default_memory_pool();
  if (column.type == Table::Type::kText) {
    const std::vector<std::string_view> texts(column.text.begin(), column.text.end());
    Vector plain;
    plain.values = texts.data();
    ARROW_ASSIGN_OR_RAISE(out, Encode(plain, num_rows, pool));
  } else if (column.type == Table::Type::kDouble) {
    ARROW_RETURN_NOT_OK(Copy(column.doubles, &out));
  } else {
    ARROW_RETURN_NOT_OK(Copy(column.integers, &out));
  }
  ARROW_ASSIGN_OR_RAISE(uint8_t * valid, NewValidity(&out, num_rows, pool));
  std::fill(valid, valid + num_rows, uint8_t{1});
  return out;
}

// A table as all lookups share it: its rows by key, and its columns as vectors. Both are
// made when a value is asked for: many lookups are bound only to find mistakes in them.
class TableIndex {
 public:
  explicit TableIndex(TablePtr table) : table_(std::move(table)) {}

  /// The row of an unknown key.
  int32_t missing() const { return static_cast<int32_t>(table_->num_rows()); }

  /// Before the first Find().
  arrow::Status NeedKeys() {
    std::call_once(has_keys_, [this] { keys_ = ReadKeys(); });
    return keys_;
  }
  int32_t Find(std::string_view key) const { return texts_.Find(key, missing()); }
  int32_t Find(int64_t key) const { return integers_.Find(key, missing()); }

  /// The row of each entry of a dictionary.
  arrow::Result<Vector> RowsOf(const TextDictionaryPtr& dictionary) {
    const DictionaryMemory::Sources sources = {dictionary};
    if (auto known = rows_.Find(sources)) return *std::move(known);
    Vector rows;
    const auto& texts = dictionary->values;
    ARROW_ASSIGN_OR_RAISE(auto* row,
                          NewValues<int32_t>(&rows, static_cast<int64_t>(texts.size()),
                                             arrow::default_memory_pool()));
    for (std::string_view text : texts) *row++ = Find(text);
    return rows_.Keep(sources, rows);
  }

  /// The column's rows and then one null.
  arrow::Result<Vector> ColumnOf(size_t index) {
    const std::lock_guard lock(mutex_);
    const auto known = columns_.find(index);
    if (known != columns_.end()) return known->second;
    ARROW_ASSIGN_OR_RAISE(const Table::Column* column, table_->ColumnAt(index));
    ARROW_ASSIGN_OR_RAISE(Vector read, ReadColumn(*column, table_->num_rows()));
    return columns_.emplace(index, std::move(read)).first->second;
  }

  static std::shared_ptr<TableIndex> Of(const TablePtr& table) {
    static std::mutex mutex;
    static std::map<std::weak_ptr<const Table>, std::weak_ptr<TableIndex>,
                    std::owner_less<>>
        indexes;
    const std::lock_guard lock(mutex);
    std::weak_ptr<TableIndex>& slot = indexes[table];
    if (auto known = slot.lock()) return known;
    auto made = std::make_shared<TableIndex>(table);
    slot = made;
    return made;
  }

 private:
  arrow::Status ReadKeys() {
    ARROW_ASSIGN_OR_RAISE(const Table::Column* keys, table_->ColumnAt(0));
    if (keys->type == Table::Type::kText)
      texts_ = KeyIndex<std::string_view>(keys->text);
    else
      integers_ = KeyIndex<int64_t>(keys->integers);
    return arrow::Status::OK();
  }

  const TablePtr table_;
  std::once_flag has_keys_;
  arrow::Status keys_;
  KeyIndex<std::string_view> texts_;
  KeyIndex<int64_t> integers_;
  DictionaryMemory rows_;
  std::mutex mutex_;
  std::map<size_t, Vector> columns_;
};

class LookupNode final : public Node {
 public:
  LookupNode(ValueType type, Place place, NodePtr key, std::shared_ptr<TableIndex> table,
             size_t column)
      : Node(type, std::move(place)),
        key_(std::move(key)),
        table_(std::move(table)),
        column_(column) {}

  arrow::Result<Vector> Evaluate(const EvaluateContext& context) const override {
    ARROW_ASSIGN_OR_RAISE(Vector keys, key_->Evaluate(context));
    ARROW_RETURN_NOT_OK(table_->NeedKeys());
    if (keys.dictionary != nullptr && !keys.constant) {
      ARROW_ASSIGN_OR_RAISE(const Vector values, ValuesOf(keys.dictionary));
      return Gather(values, type(), keys, context.length, context.pool);
    }
    Vector rows;
    ARROW_ASSIGN_OR_RAISE(auto* row,
                          NewValues<int32_t>(&rows, context.length, context.pool));
    for (int64_t i = 0; i < context.length; ++i) {
      row[i] = keys.IsValid(i) ? RowOf(keys, keys.index(i)) : table_->missing();
    }
    return AtRows(rows, context.length, context.pool);
  }

 private:
  int32_t RowOf(const Vector& keys, int64_t at) const {
    if (keys.dictionary != nullptr) {
      return table_->Find(keys.dictionary->values[keys.as<int32_t>()[at]]);
    }
    if (!key_->type().is(ValueKind::kText)) return table_->Find(keys.as<int64_t>()[at]);
    return table_->Find(keys.as<std::string_view>()[at]);
  }

  /// What a dictionary's entries give, each looked up once.
  arrow::Result<Vector> ValuesOf(const TextDictionaryPtr& dictionary) const {
    const DictionaryMemory::Sources sources = {dictionary};
    if (auto known = memory_.Find(sources)) return *std::move(known);
    ARROW_ASSIGN_OR_RAISE(const Vector rows, table_->RowsOf(dictionary));
    // Kept beyond this batch, so not from its pool.
    ARROW_ASSIGN_OR_RAISE(const Vector values,
                          AtRows(rows, static_cast<int64_t>(dictionary->values.size()),
                                 arrow::default_memory_pool()));
    return memory_.Keep(sources, values);
  }

  arrow::Result<Vector> AtRows(const Vector& rows, int64_t length,
                               arrow::MemoryPool* pool) const {
    ARROW_ASSIGN_OR_RAISE(const Vector column, table_->ColumnOf(column_));
    ARROW_ASSIGN_OR_RAISE(Vector values, Gather(column, type(), rows, length, pool));
    const int32_t* row = rows.as<int32_t>();
    const bool all_known =
        std::find(row, row + length, table_->missing()) == row + length;
    if (all_known) values.valid = nullptr;
    return values;
  }

  const NodePtr key_;
  const std::shared_ptr<TableIndex> table_;
  const size_t column_;  ///< Of the table.
  mutable DictionaryMemory memory_;
};

// Put the status's diagnostics at a place of the expression.
NodePtr Report(Binder& binder, const Place& place, const arrow::Status& status) {
  for (const Diagnostic& one : DiagnosticsOf(status)) {
    binder.Fail(place, one.reason, one.value, one.hint);
  }
  return nullptr;
}

// The value column: named, or the second one.
arrow::Result<size_t> FindColumn(const Table& table,
                                 const std::vector<std::string>& path) {
  if (path.size() == 2) return table.IndexOf(path[1]);
  if (table.heads().size() == 2) return 1;
  return RequestError("lookup needs table.column", "the table has more than two columns");
}

}  // namespace

NodePtr BindLookup(Binder& binder, const Expr& call) {
  const Expr& name = *call.args[0];
  std::vector<std::string> path = name.path;
  if (path.size() > 1 && path[0] == "vocab") path.erase(path.begin());
  if (name.kind != Expr::Kind::kPath || path.empty() || path.size() > 2) {
    return binder.Fail(name.place, "lookup takes the name of a vocabulary column",
                       FormatExpression(name), "as in lookup(us_states.name, state)");
  }
  NodePtr key = binder.Bind(*call.args[1]);
  auto table = Vocabulary(path[0]);
  if (!table.ok()) return Report(binder, name.place, table.status());
  auto column = FindColumn(**table, path);
  if (!column.ok()) return Report(binder, name.place, column.status());
  if (key == nullptr) return nullptr;
  const auto read = TypeOf(**table, *column);
  if (!read.ok()) return Report(binder, name.place, read.status());
  const ValueType type = *read;
  const Table::Head& keys = (*table)->heads()[0];
  const ValueKind wanted =
      keys.type == Table::Type::kText ? ValueKind::kText : ValueKind::kInteger;
  if (key->type().is(ValueKind::kNull)) return binder.Null(call.place, type);
  if (!key->type().is(wanted) || keys.type == Table::Type::kDouble || keys.scale > 0) {
    return binder.Fail(
        key->place(),
        fmt::format("key {} of {} is {}", keys.name, path[0], KindName(wanted)),
        Describe(key->type()));
  }
  if ((key = Narrow(binder, key)) == nullptr) return nullptr;
  const auto index = TableIndex::Of(*table);
  const bool constant = key->constant() != nullptr;
  NodePtr node = std::make_shared<LookupNode>(type, call.place, key, index, *column);
  return constant ? binder.Fold(node) : node;
}

}  // namespace lakeseed
