// uuid: random UUIDs, version 4.
//
// Method  122 bits of two cells; version 4 and variant 10 as RFC 9562 section 5.4.

#include <arrow/api.h>

#include "lakeseed/base/cell.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/column_memory.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int64_t kWidth = 36;

/// Write the `digits` highest nibbles of `bits`.
char* WriteHex(uint64_t bits, int digits, char* out) {
  for (int i = 0; i < digits; ++i) {
    *out++ = "0123456789abcdef"[(bits >> 60) & 0xF];
    bits <<= 4;
  }
  return out;
}

void WriteUuid(uint64_t high, uint64_t low, char* out) {
  high = (high & ~uint64_t{0xF000}) | 0x4000;
  low = (low & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);
  out = WriteHex(high, 8, out);
  *out++ = '-';
  out = WriteHex(high << 32, 4, out);
  *out++ = '-';
  out = WriteHex(high << 48, 4, out);
  *out++ = '-';
  out = WriteHex(low, 4, out);
  *out++ = '-';
  WriteHex(low << 16, 12, out);
}

class Uuid final : public ColumnGenerator {
 public:
  explicit Uuid(const Key& key) : key_(key) {}

  const std::shared_ptr<arrow::DataType>& type() const override { return type_; }
  ColumnShape shape(int) const override { return {.kind = ShapeKind::kText}; }
  arrow::Result<std::shared_ptr<arrow::Array>> Generate(
      const GenerateRequest& request) const override {
    const int64_t length = request.rows.length();
    ARROW_ASSIGN_OR_RAISE(FixedTextMemory memory,
                          FixedTextMemory::Make(length, kWidth, request.pool));
    char* out = memory.data();
    for (int64_t i = 0; i < length; ++i) {
      const int64_t row = request.rows[i];
      WriteUuid(Cell(key_, row, 0), Cell(key_, row, 1), out + i * kWidth);
    }
    return std::move(memory).Finish();
  }

 private:
  const std::shared_ptr<arrow::DataType> type_ = arrow::utf8();
  const Key key_;
};

arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                     BindContext& context) {
  ARROW_RETURN_NOT_OK(params.Finish());
  return std::make_unique<Uuid>(context.key("value"));
}

}  // namespace

extern const GeneratorDef kUuid{
    .name = "uuid",
    .summary = "draw random UUIDs, version 4",
    .params = "",
    .example = "{uuid: {}}",
    .bind = Bind,
};

}  // namespace lakeseed
