// Node: one bound operation of an expression tree.
//
// Evaluation is eager and whole-array: a node evaluates its arguments, then runs
// one kernel. Lazy in one respect: errors count only in `active` rows, so that
// `case when x > 0 then 100 % x end` never fails.
//
// A FunctionNode whose only varying argument is a dictionary runs its kernel on
// the dictionary's values, once for each dictionary, and gathers by code.
//
// Thread safety: nodes are immutable but for caches behind a mutex; a cache
// changes no value.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lakeseed/base/status.h"
#include "lakeseed/evaluate/dictionary_memory.h"
#include "lakeseed/evaluate/vector.h"

namespace lakeseed {

class InputNode;

struct EvaluateContext {
  std::span<const std::shared_ptr<arrow::Array>> inputs;
  int64_t length = 0;
  arrow::MemoryPool* pool = nullptr;
  const uint8_t* active = nullptr;  ///< Rows whose errors matter; nullptr: all.
  /// Names to print with an error; nullptr when rows are not rows of the table.
  const std::vector<std::shared_ptr<const InputNode>>* names = nullptr;

  bool Matters(int64_t row) const { return active == nullptr || active[row] != 0; }
};

class Node {
 public:
  Node(ValueType type, Place place) : type_(type), place_(std::move(place)) {}
  virtual ~Node() = default;

  const ValueType& type() const { return type_; }
  const Place& place() const { return place_; }

  virtual arrow::Result<Vector> Evaluate(const EvaluateContext& context) const = 0;
  /// The values of a wide type in 64 bits, if they are small enough and the node can
  /// tell; else a vector without values: Evaluate() is to be asked.
  virtual arrow::Result<Vector> EvaluateNarrow(const EvaluateContext&) const {
    return Vector{};
  }
  /// The value if it is the same for all rows of all batches.
  virtual const Vector* constant() const { return nullptr; }

  /// An error in row `row`, with the values that the row's names have.
  arrow::Status Fail(const EvaluateContext& context, int64_t row, std::string reason,
                     std::string value) const;

 private:
  const ValueType type_;
  const Place place_;
};
using NodePtr = std::shared_ptr<const Node>;

class ConstantNode final : public Node {
 public:
  ConstantNode(ValueType type, Place place, Vector value)
      : Node(type, std::move(place)), value_(std::move(value)) {}
  arrow::Result<Vector> Evaluate(const EvaluateContext&) const override { return value_; }
  const Vector* constant() const override { return &value_; }

 private:
  const Vector value_;
};

class InputNode final : public Node {
 public:
  InputNode(ValueType type, Place place, std::string name, int index,
            std::shared_ptr<arrow::DataType> given)
      : Node(type, std::move(place)),
        name_(std::move(name)),
        index_(index),
        given_(std::move(given)) {}
  arrow::Result<Vector> Evaluate(const EvaluateContext& context) const override;
  const std::string& name() const { return name_; }
  int index() const { return index_; }
  /// Its Arrow type as the resolver gave it.
  const std::shared_ptr<arrow::DataType>& given() const { return given_; }

 private:
  arrow::Result<Vector> ReadCodes(const arrow::DictionaryArray& array,
                                  arrow::MemoryPool* pool) const;
  const std::string name_;
  const int index_;
  const std::shared_ptr<arrow::DataType> given_;
  mutable DictionaryMemory memory_;
};

class FunctionNode;

/// What a kernel gets. Texts are views, and codes only if the node's kernel reads them;
/// `args[i].constant` may be set. The result has `length` rows and is not constant.
struct KernelCall {
  const EvaluateContext& context;
  std::span<const Vector> args;
  int64_t length;
  const FunctionNode& node;

  arrow::MemoryPool* pool() const { return context.pool; }
  const ValueType& type(size_t arg) const;
  /// True if a fault of this row is an error: all arguments valid, row active.
  bool Counts(int64_t row) const;
  arrow::Status Fail(int64_t row, std::string reason) const;
};
using Kernel = std::function<arrow::Result<Vector>(const KernelCall&)>;

class FunctionNode final : public Node {
 public:
  FunctionNode(ValueType type, Place place, std::string name, std::vector<NodePtr> args,
               Kernel kernel, bool reads_codes, Kernel narrow)
      : Node(type, std::move(place)),
        name_(std::move(name)),
        args_(std::move(args)),
        kernel_(std::move(kernel)),
        narrow_(std::move(narrow)),
        reads_codes_(reads_codes) {}
  arrow::Result<Vector> Evaluate(const EvaluateContext& context) const override;
  arrow::Result<Vector> EvaluateNarrow(const EvaluateContext& context) const override;
  const std::string& name() const { return name_; }
  const std::vector<NodePtr>& args() const { return args_; }

 private:
  arrow::Result<Vector> Lift(const EvaluateContext& context, std::vector<Vector> args,
                             size_t varying) const;
  const std::string name_;
  const std::vector<NodePtr> args_;
  const Kernel kernel_;
  const Kernel narrow_;  ///< A result without values where it would not fit.
  const bool reads_codes_;
  mutable DictionaryMemory memory_;
  mutable std::atomic<bool> is_large_ = false;  ///< Once narrow_ has not fitted.
};

}  // namespace lakeseed
