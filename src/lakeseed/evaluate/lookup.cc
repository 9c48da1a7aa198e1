// lookup(table.column, key): a column of a vocabulary table by its first column.
//
// Keys of dictionaries are looked up once for each entry; texts come out as codes
// into one dictionary for ever. An unknown key gives null.

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "lakeseed/base/suggest.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/evaluate/convert.h"
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
  explicit KeyIndex(const Keys& keys) {
    std::vector<int32_t> order(keys.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int32_t a, int32_t b) { return keys[a] < keys[b]; });
    for (int32_t row : order) {
      keys_.push_back(T(keys[row]));
      rows_.push_back(row);
    }
  }

  int32_t Find(const T& key, int32_t missing) const {
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
    return at == keys_.end() || *at != key ? missing : rows_[at - keys_.begin()];
  }

 private:
  std::vector<T> keys_;
  std::vector<int32_t> rows_;
};

class LookupNode final : public Node {
 public:
  /// `column` has the table's rows and then one null.
  LookupNode(ValueType type, Place place, NodePtr key, TablePtr table, Vector column)
      : Node(type, std::move(place)),
        key_(std::move(key)),
        table_(std::move(table)),
        column_(std::move(column)) {
    const Table::Column& keys = table_->columns()[0];
    if (keys.type == Table::Type::kText)
      texts_ = KeyIndex<std::string_view>(keys.text);
    else
      integers_ = KeyIndex<int64_t>(keys.integers);
  }

  arrow::Result<Vector> Evaluate(const EvaluateContext& context) const override {
    ARROW_ASSIGN_OR_RAISE(Vector keys, key_->Evaluate(context));
    Vector rows;
    ARROW_ASSIGN_OR_RAISE(auto* row,
                          NewValues<int32_t>(&rows, context.length, context.pool));
    const auto missing = static_cast<int32_t>(table_->num_rows());
    std::vector<int32_t> of_code;
    if (keys.dictionary != nullptr) {
      for (std::string_view text : keys.dictionary->values) {
        of_code.push_back(texts_.Find(text, missing));
      }
    }
    for (int64_t i = 0; i < context.length; ++i) {
      const int64_t at = keys.index(i);
      if (!keys.IsValid(i))
        row[i] = missing;
      else if (keys.dictionary != nullptr)
        row[i] = of_code[keys.as<int32_t>()[at]];
      else if (key_->type().is(ValueKind::kText)) {
        row[i] = texts_.Find(keys.as<std::string_view>()[at], missing);
      } else {
        row[i] = integers_.Find(keys.as<int64_t>()[at], missing);
      }
    }
    return Gather(column_, type(), rows, context.length, context.pool);
  }

 private:
  const NodePtr key_;
  const TablePtr table_;
  const Vector column_;
  KeyIndex<std::string_view> texts_;
  KeyIndex<int64_t> integers_;
};

ValueType TypeOf(const Table::Column& column) {
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
  for (int64_t x : column.integers)
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

// Put the status's diagnostics at a place of the expression.
NodePtr Report(Binder& binder, const Place& place, const arrow::Status& status) {
  for (const Diagnostic& one : DiagnosticsOf(status)) {
    binder.Fail(place, one.reason, one.value, one.hint);
  }
  return nullptr;
}

// The value column: named, or the second one.
arrow::Result<const Table::Column*> FindColumn(const Table& table,
                                               const std::vector<std::string>& path) {
  if (path.size() == 2) return table.Find(path[1]);
  if (table.columns().size() == 2) return &table.columns()[1];
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
  const ValueType type = TypeOf(**column);
  const Table::Column& keys = (*table)->columns()[0];
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
  auto values = ReadColumn(**column, (*table)->num_rows());
  if (!values.ok()) return Report(binder, name.place, values.status());
  const bool constant = key->constant() != nullptr;
  NodePtr node = std::make_shared<LookupNode>(type, call.place, key, *table, *values);
  return constant ? binder.Fold(node) : node;
}

}  // namespace lakeseed
