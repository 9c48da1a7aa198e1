// GraphNode: one value of a row in the graph of a table's values.
//
// Columns, lets, facts, generator inputs and sub-expressions that read other
// tables are nodes; each is computed at most once for a set of rows.
//
// Thread safety: immutable after binding.

#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lakeseed/base/column_shape.h"
#include "lakeseed/base/key.h"
#include "lakeseed/evaluate/bound_expression.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/column_span.h"

namespace lakeseed {

class DriftGrowth;
class DriftMixture;
class DirtyCells;
class TrackedGenerator;

enum class Fact {
  kRow,
  kDay,
  kTime,
  kArrival,  ///< Day on which an event becomes known.
  kBorn,
  kAlive,
  kAsOf,
  kStep,    ///< Of a series: number of the step in its day, from 0.
  kPart,    ///< Of a series: key of its member in part `field`, from 1.
  kMember,  ///< Of a version: its member, as a key of the population, from 1.
  kVersion,
  kValidFrom,
  kValidTo,
  kCurrent,
};
enum class FoldKind { kSum, kCount, kMin, kMax };

/// Rows in which a value may be seen.
struct Guard {
  enum class Holds {
    kTrue,     ///< Where the condition `node` is true.
    kNotTrue,  ///< Where it is false or null.
    kKept,     ///< Where `node`, of kNulls, makes no null.
  };
  Holds holds = Holds::kTrue;
  int node = -1;  ///< -1: everywhere.

  friend auto operator<=>(const Guard&, const Guard&) = default;
};

struct GraphNode {
  enum class Kind {
    kGenerator,  ///< generator over inputs
    kTracked,  ///< tracked over inputs: a generator whose value changes with the version
    kField,    ///< field `field` of the struct node inputs[0]
    kExpression,  ///< expression over inputs
    kFact,        ///< fact
    kNulls,       ///< inputs[0]; null by null_fraction, or unless inputs[1] is true
    kSpan,        ///< inputs[0]; null unless the row is seen on a day of `span`
    kCast,        ///< inputs[0] cast exactly to type
    kLaw,         ///< name ("0", "1", …) of the law of `mixture` that the row takes
    kMix,         ///< inputs[1 + n] where inputs[0], a law's name, is n
    kDirt,        ///< inputs[0] with some cells wrong on purpose: as it is written
    kGrow,        ///< inputs[0] times the level of `growth`
    kLookup,      ///< node `other_node` of table `other_table`, at the row that the
                  ///< foreign key inputs[0] names, as of the day inputs[1]
    kVersionKey,  ///< key, from 1, in the history `other_table` of the version that the
                  ///< member in the foreign key inputs[0] has on the row's day
    kParent,      ///< node `other_node` of this child's parent row
    kFold,        ///< fold over node `other_node` of the children in `other_table`
    kStruct,      ///< a struct of the inputs
    kList,        ///< lists of node `other_node` of the elements in `other_table`
    kMember,      ///< field `field` of the struct value inputs[0]; null where that is
    kWithin,      ///< inputs[0]; null where the struct or list inputs[1] is
  };

  Kind kind;
  std::string name;  ///< For errors: "orders.subtotal".
  std::vector<int> inputs;
  std::shared_ptr<arrow::DataType> type;
  ColumnShape shape;
  /// Depends on the as-of day, so the same row may differ from one look to another.
  bool as_of_dependent = false;

  std::shared_ptr<const ColumnGenerator> generator;
  std::shared_ptr<const TrackedGenerator> tracked;
  std::shared_ptr<const BoundExpression> expression;
  std::vector<Guard> guards;  ///< Of an expression's inputs; empty: no input has one.
  int field = -1;
  Fact fact = Fact::kRow;
  ColumnSpan span;
  std::shared_ptr<const DriftGrowth> growth;
  std::shared_ptr<const DriftMixture> mixture;
  std::shared_ptr<const DirtyCells> dirt;
  double null_fraction = 0;
  Key null_key;  ///< Of kLaw too.
  int other_table = -1;
  int other_node = -1;
  FoldKind fold = FoldKind::kSum;

  /// Whether it is a thing of a generator, which offers fields and has no value itself.
  bool has_fields() const {
    return generator != nullptr && type->id() == arrow::Type::STRUCT;
  }
};

/// What can be said of a value of which only the type is known.
ColumnShape ShapeOfType(const arrow::DataType& type, bool nullable);

}  // namespace lakeseed
