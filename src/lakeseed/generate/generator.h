// A column generator turns (rows, input columns) into one Arrow array.
//
// Thread safety: a bound generator is immutable; any number of threads may call
// Generate() on the same object at once.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lakeseed/base/column_blocks.h"
#include "lakeseed/base/column_shape.h"
#include "lakeseed/generate/rows.h"

namespace lakeseed {

class Params;
class BindContext;

/// What one call of Generate() gets.
struct GenerateRequest {
  const Rows& rows;
  /// One array of rows.length() for each input asked for while binding
  /// (BindContext::Input), in that order.
  std::span<const std::shared_ptr<arrow::Array>> inputs;
  /// Struct generators only: positions of the fields wanted, ascending.
  std::span<const int> fields;
  arrow::MemoryPool* pool;
};

/// Values of one column, as a pure function of the row number.
///
/// Laws, with n = rows.length(); generator_laws_test.cc checks them for every
/// entry of the registry:
///   shape   Generate() has length n and type type(), and keeps the promises of shape().
///   pure    Equal arguments give equal arrays: any thread, process or machine.
///   split   Generate([a,c)) == Generate([a,b)) ++ Generate([b,c)), a <= b <= c.
///   random  Generate(row numbers) == the same rows of Generate(range).
///   subset  A field's values do not depend on which other fields are wanted.
///   blocks  Blocks() have the values of Generate().
///   numbers NumberedTexts() have the values of Generate().
class ColumnGenerator {
 public:
  virtual ~ColumnGenerator() = default;

  /// Type of every array Generate() returns; a struct type lists all fields it
  /// offers. Categories are dictionary<int32, utf8> with one shared dictionary.
  virtual const std::shared_ptr<arrow::DataType>& type() const = 0;

  /// What is known of the values. For struct generators: of field `field`.
  virtual ColumnShape shape(int field = -1) const = 0;

  /// How long values go on changing with the as-of day: from as_of >= start +
  /// microseconds on they stay, and no instant among them is later than that.
  struct Settling {
    int start;  ///< Input: the instant from which it counts.
    int as_of;  ///< Input: the instant that the values are as of.
    int64_t microseconds;
  };
  /// nullopt: nothing is known but what the inputs say.
  virtual std::optional<Settling> settling() const { return std::nullopt; }

  /// Return the values. A struct generator returns a struct array of the
  /// wanted fields only, in the order of `request.fields`.
  ///
  /// \retval OutOfMemory    the pool refused an allocation.
  /// \retval CapacityError  text of more than 2^31-1 bytes; the caller halves the rows.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const = 0;

  /// The same values, made some thousand at a time where they are written; nullptr: only
  /// Generate() makes them.
  virtual std::shared_ptr<const ColumnBlocks> Blocks(const GenerateRequest&) const {
    return nullptr;
  }

  /// The same values as dictionary<int32, utf8>, where they are texts of which only some
  /// thousand can come: one shared dictionary, no text twice; nullptr: only Generate()
  /// makes them, or there are too few rows for all texts to be made.
  virtual arrow::Result<std::shared_ptr<arrow::Array>> NumberedTexts(
      const GenerateRequest&) const {
    return nullptr;
  }
};

/// One entry of the registry. Help, docs and the JSON Schema are printed from it.
struct GeneratorDef {
  std::string_view name;     ///< The key in YAML, snake_case.
  std::string_view summary;  ///< One line, imperative, no full stop.
  std::string_view params;   ///< One line per parameter: "name: meaning (default)".
  std::string_view example;  ///< A YAML mapping; the tests bind and run it.

  /// Check the parameters and build the generator. Runs at plan time.
  /// \retval Invalid  unknown key, bad value (SpecErrors with the place).
  arrow::Result<std::unique_ptr<ColumnGenerator>> (*bind)(Params& params,
                                                          BindContext& context);
};

/// Built-in generators, sorted by name. A new one adds a file and a line to
/// generate/builtin.cc.
std::span<const GeneratorDef* const> BuiltinGenerators();

/// The entry of that name, or nullptr.
const GeneratorDef* FindGenerator(std::string_view name);

}  // namespace lakeseed
