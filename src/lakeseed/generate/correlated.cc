// correlated: several numbers of a row that go together: each has the law
// stated for it, and their ranks are correlated as stated (a Gaussian copula).
//
// Law     A field's own law is exactly that of the generator of its name: it
// does not
//         depend on the correlations.
// Method  Independent normal numbers, mixed by the Cholesky factor of the
// matrix; the
//         probability below each is the uniform number of its law (Nelsen
//         2006, 2.3).

#include <arrow/api.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/real_law.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

using Matrix = std::vector<std::vector<double>>;

constexpr size_t kMostFields = 16;
constexpr double kSmallest = 0x1p-60, kLargest = 1.0 - 0x1p-53;

double ProbabilityBelow(double z) {
  const double below = z <= 0 ? NormalBelow(z) : 1.0 - NormalBelow(-z);
  return std::clamp(below, kSmallest, kLargest);
}

class Correlated final : public StructGenerator {
 public:
  Correlated(const Key& key, const std::vector<std::string>& names,
             std::vector<RealLaw> laws, Matrix factor)
      : key_(key), laws_(std::move(laws)), factor_(std::move(factor)) {
    std::vector<Field> fields;
    for (const std::string& name : names) {
      fields.push_back({name, arrow::float64(), {.kind = ShapeKind::kReal}});
    }
    SetFields(fields);
  }

 protected:
  class Numbers final : public Block {
   public:
    Numbers(const Correlated& all, const GenerateRequest& request)
        : all_(all), request_(request) {}

    arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
      const int64_t length = request_.rows.length();
      ARROW_ASSIGN_OR_RAISE(auto memory,
                            ColumnMemory<double>::Make(length, request_.pool));
      const std::vector<double>& weights = all_.factor_[static_cast<size_t>(field)];
      for (int64_t i = 0; i < length; ++i) {
        double z = 0;
        for (size_t j = 0; j < weights.size(); ++j) {
          const uint64_t cell =
              Cell(all_.key_, request_.rows[i], static_cast<int64_t>(j));
          z += weights[j] * InverseNormal(Unit(cell));
        }
        memory.data()[i] = ProbabilityBelow(z);
      }
      const std::span<const double> units(memory.data(), static_cast<size_t>(length));
      all_.laws_[static_cast<size_t>(field)].Of(units, memory.data());
      return std::move(memory).Finish(arrow::float64());
    }

   private:
    const Correlated& all_;
    const GenerateRequest& request_;
  };

  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override {
    return std::make_unique<Numbers>(*this, request);
  }

 private:
  const Key key_;
  const std::vector<RealLaw> laws_;
  const Matrix factor_;  ///< Lower triangle: row i has i + 1 numbers.
};

arrow::Result<RealLaw> ReadLaw(Params& params) {
  const std::string& name = params.generator();
  if (name == "normal") return ReadNormal(params);
  if (name == "lognormal") return ReadLognormal(params);
  if (name == "exponential") return ReadExponential(params);
  return params.Error("", "no law of correlated numbers has this name", name,
                      "one of normal, lognormal, exponential");
}

/// The lower triangle whose square is the matrix.
/// \retval Invalid  no numbers have these correlations
arrow::Result<Matrix> Cholesky(const Matrix& matrix) {
  Matrix factor(matrix.size());
  for (size_t i = 0; i < matrix.size(); ++i) {
    factor[i].resize(i + 1);
    for (size_t j = 0; j <= i; ++j) {
      double rest = matrix[i][j];
      for (size_t k = 0; k < j; ++k) rest -= factor[i][k] * factor[j][k];
      if (i != j) {
        factor[i][j] = rest / factor[j][j];
      } else if (rest > 1e-9) {
        factor[i][i] = std::sqrt(rest);
      } else {
        return arrow::Status::Invalid("no numbers have all of these correlations");
      }
    }
  }
  return factor;
}

/// `{income and score: 0.35}`: a correlation for each pair of fields that has
/// one.
arrow::Result<Matrix> ReadMatrix(Params& params, const std::vector<std::string>& names) {
  Matrix matrix(names.size(), std::vector<double>(names.size(), 0));
  for (size_t i = 0; i < names.size(); ++i) matrix[i][i] = 1;
  const SpecNode* pairs = params.Find("correlations");
  if (pairs == nullptr || !pairs->is_mapping()) {
    return params.Error("correlations", "needs pairs with their correlation",
                        std::nullopt, "for example {income and score: 0.35}");
  }
  constexpr std::string_view kAnd = " and ";
  for (const auto& [key, node] : pairs->entries) {
    const size_t at = key.text.find(kAnd);
    const auto place = [&](const std::string& name) {
      const auto found = std::find(names.begin(), names.end(), name);
      return static_cast<size_t>(found - names.begin());
    };
    const size_t a = place(key.text.substr(0, at));
    const size_t b =
        at == std::string::npos ? a : place(key.text.substr(at + kAnd.size()));
    if (a >= names.size() || b >= names.size() || a == b) {
      return params.Error("correlations", "names no pair of fields", key.text,
                          fmt::format("fields: {}", fmt::join(names, ", ")));
    }
    Params one({"correlations", node, node.place}, params.path());
    ARROW_ASSIGN_OR_RAISE(const double correlation, one.GetDouble(""));
    if (!(correlation > -1 && correlation < 1)) {
      return params.Error("correlations", "must lie between -1 and 1",
                          fmt::format("{}", correlation));
    }
    matrix[a][b] = matrix[b][a] = correlation;
  }
  return matrix;
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  const SpecNode* fields = params.is_mapping() ? params.Find("fields") : nullptr;
  if (fields == nullptr || !fields->is_mapping() || fields->entries.empty() ||
      fields->entries.size() > kMostFields) {
    return params.Error("fields", "needs one to sixteen fields with their laws",
                        std::nullopt, "for example {income: {lognormal: {…}}}");
  }
  std::vector<std::string> names;
  std::vector<RealLaw> laws;
  for (const auto& [key, node] : fields->entries) {
    if (!node.is_mapping() || node.entries.size() != 1) {
      return params.Error("fields", "needs one law for each field", key.text);
    }
    const auto& [name, law] = node.entries[0];
    Params one({name.text, law, law.place}, params.path());
    names.push_back(key.text);
    ARROW_ASSIGN_OR_RAISE(const RealLaw read, ReadLaw(one));
    laws.push_back(read);
  }
  ARROW_ASSIGN_OR_RAISE(const Matrix matrix, ReadMatrix(params, names));
  ARROW_RETURN_NOT_OK(params.Finish());
  auto factor = Cholesky(matrix);
  if (!factor.ok()) return params.Error("correlations", factor.status().message());
  return std::make_unique<Correlated>(context.key("value"), names, std::move(laws),
                                      *std::move(factor));
}

}  // namespace

extern const GeneratorDef kCorrelated{
    .name = "correlated",
    .summary = "draw several numbers of a row that go together, each by its own law",
    .params =
        "fields: name: normal, lognormal or exponential with its parameters\n"
        "correlations: {one and other: number}, of the normal numbers behind "
        "the "
        "fields; pairs that are not named have 0",
    .example =
        "{correlated: {fields: {income: {lognormal: {median: 48000, "
        "log_sigma: 0.6}}, "
        "score: {normal: {mean: 715, stddev: 80, min: 300, max: 850}}}, "
        "correlations: "
        "{income and score: 0.35}}}",
    .bind = Bind,
};

}  // namespace lakeseed
