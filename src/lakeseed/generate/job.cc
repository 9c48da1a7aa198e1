// job: titles of occupations, as frequent as in the United States.
//
// Source  Table occupations of the vocabulary.

#include <arrow/api.h>

#include <memory>
#include <string>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

class Job final : public ColumnGenerator {
 public:
  Job(const Key& key, CategoryPool titles, AliasTable law)
      : key_(key), titles_(std::move(titles)), law_(std::move(law)) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return titles_.type(); }
  ColumnShape shape(int = -1) const override { return titles_.shape(); }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const Rows& rows = request.rows;
    return titles_.Codes(rows.length(), request.pool, [this, &rows](int64_t i) {
      return static_cast<int32_t>(law_.Pick(Cell(key_, rows[i])));
    });
  }

 private:
  const Key key_;
  const CategoryPool titles_;
  const AliasTable law_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_RETURN_NOT_OK(params.Finish());
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("occupations"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("name"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  ARROW_ASSIGN_OR_RAISE(CategoryPool titles,
                        CategoryPool::Of({names.begin(), names.end()}));
  ARROW_ASSIGN_OR_RAISE(AliasTable law, AliasTable::Make(std::vector<double>(
                                            weights.begin(), weights.end())));
  return std::make_unique<Job>(context.key("value"), std::move(titles), std::move(law));
}

}  // namespace

extern const GeneratorDef kJob{
    .name = "job",
    .summary = "draw the title of an occupation, as frequent as in the United States",
    .params = "",
    .example = "{job: {}}",
    .bind = Bind,
};

}  // namespace lakeseed
