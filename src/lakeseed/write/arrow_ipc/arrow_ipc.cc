// arrow: the Arrow IPC file format (Feather version 2).
//
// Dictionaries are kept. Small decimals become decimal128: readers of before 2025
// do not know decimal32 and decimal64.

#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/ipc/options.h>
#include <arrow/ipc/writer.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>
#include <arrow/util/compression.h>
#include <arrow/util/decimal.h>

#include <cstring>
#include <utility>

#include "lakeseed/write/block_writer.h"

namespace lakeseed {
namespace {

using TypePtr = std::shared_ptr<arrow::DataType>;

TypePtr StoredType(const TypePtr& type, bool naive_timestamps) {
  switch (type->id()) {
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(*type);
      return arrow::decimal128(decimal.precision(), decimal.scale());
    }
    case arrow::Type::TIMESTAMP:
      if (!naive_timestamps) return type;
      return arrow::timestamp(static_cast<const arrow::TimestampType&>(*type).unit());
    case arrow::Type::DICTIONARY: {
      const auto& dictionary = static_cast<const arrow::DictionaryType&>(*type);
      return arrow::dictionary(dictionary.index_type(),
                               StoredType(dictionary.value_type(), naive_timestamps));
    }
    case arrow::Type::LIST:
    case arrow::Type::STRUCT: {
      arrow::FieldVector fields = type->fields();
      for (auto& field : fields) {
        field = field->WithType(StoredType(field->type(), naive_timestamps));
      }
      if (type->id() == arrow::Type::LIST) return arrow::list(fields[0]);
      return arrow::struct_(std::move(fields));
    }
    default:
      return type;
  }
}

template <typename T>
arrow::Result<std::shared_ptr<arrow::ArrayData>> WidenDecimals(
    const arrow::ArrayData& data, TypePtr type) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(data.length * 16));
  const T* from = data.GetValues<T>(1);
  int64_t* to = buffer->mutable_data_as<int64_t>();
  for (int64_t i = 0; i < data.length; ++i) {
    const auto value = static_cast<int64_t>(from[i]);
    to[2 * i] = value;
    to[2 * i + 1] = value >> 63;
  }
  std::shared_ptr<arrow::Buffer> valid;
  if (data.GetNullCount() > 0) {
    ARROW_ASSIGN_OR_RAISE(valid, arrow::internal::CopyBitmap(arrow::default_memory_pool(),
                                                             data.buffers[0]->data(),
                                                             data.offset, data.length));
  }
  return arrow::ArrayData::Make(std::move(type), data.length,
                                {std::move(valid), std::move(buffer)},
                                data.GetNullCount());
}

/// Text that ends where the block's last value ends: the library pads a buffer with
/// what lies behind it, and that depends on how the rows were cut.
template <typename Offset>
std::shared_ptr<arrow::ArrayData> EndText(const arrow::ArrayData& data) {
  auto copy = data.Copy();
  if (copy->length > 0 && copy->buffers[2] != nullptr) {
    const int64_t end = copy->GetValues<Offset>(1)[copy->length];
    copy->buffers[2] = arrow::SliceBuffer(copy->buffers[2], 0, end);
  }
  return copy;
}

/// Zeros where there are nulls: what stands there depends on how the rows were cut.
arrow::Result<std::shared_ptr<arrow::ArrayData>> ZeroNulls(
    const std::shared_ptr<arrow::ArrayData>& data) {
  const auto* type = dynamic_cast<const arrow::FixedWidthType*>(data->type.get());
  if (type == nullptr || data->GetNullCount() == 0) return data;
  arrow::MemoryPool* const pool = arrow::default_memory_pool();
  auto copy = data->Copy();
  const uint8_t *valid = data->buffers[0]->data(), *values = data->buffers[1]->data();
  const int64_t offset = std::exchange(copy->offset, 0), length = data->length;
  ARROW_ASSIGN_OR_RAISE(copy->buffers[0],
                        arrow::internal::CopyBitmap(pool, valid, offset, length));
  if (type->bit_width() == 1) {
    ARROW_ASSIGN_OR_RAISE(
        copy->buffers[1],
        arrow::internal::BitmapAnd(pool, values, offset, valid, offset, length, 0));
    return copy;
  }
  const auto width = static_cast<size_t>(type->bit_width() / 8);
  const auto size = static_cast<size_t>(length) * width;
  ARROW_ASSIGN_OR_RAISE(copy->buffers[1],
                        arrow::AllocateBuffer(static_cast<int64_t>(size), pool));
  uint8_t* const out = copy->buffers[1]->mutable_data();
  std::memcpy(out, values + static_cast<size_t>(offset) * width, size);
  for (int64_t i = 0; i < length; ++i) {
    if (!arrow::bit_util::GetBit(valid, offset + i)) {
      std::memset(out + static_cast<size_t>(i) * width, 0, width);
    }
  }
  return copy;
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> AsStored(
    const std::shared_ptr<arrow::ArrayData>& data, const TypePtr& type);

/// A copy of what the rows hold and no more, so that it does not depend on the cut.
arrow::Result<std::shared_ptr<arrow::ArrayData>> NestedAsStored(
    const arrow::ArrayData& data, const TypePtr& type) {
  ARROW_ASSIGN_OR_RAISE(const auto whole,
                        arrow::Concatenate({arrow::MakeArray(data.Copy())}));
  auto copy = whole->data()->Copy();
  for (int i = 0; i < type->num_fields(); ++i) {
    auto& child = copy->child_data[static_cast<size_t>(i)];
    ARROW_ASSIGN_OR_RAISE(child, AsStored(child, type->field(i)->type()));
  }
  copy->type = type;
  return copy;
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> AsStored(
    const std::shared_ptr<arrow::ArrayData>& made, const TypePtr& type) {
  if (type->id() == arrow::Type::STRING) return EndText<int32_t>(*made);
  if (type->id() == arrow::Type::LARGE_STRING) return EndText<int64_t>(*made);
  if (type->num_fields() > 0) return NestedAsStored(*made, type);
  ARROW_ASSIGN_OR_RAISE(const auto data, ZeroNulls(made));
  if (data->type->Equals(*type)) return data;
  if (data->type->id() == arrow::Type::DECIMAL32) {
    return WidenDecimals<int32_t>(*data, type);
  }
  if (data->type->id() == arrow::Type::DECIMAL64) {
    return WidenDecimals<int64_t>(*data, type);
  }
  auto copy = data->Copy();
  if (data->type->id() == arrow::Type::DICTIONARY) {
    ARROW_ASSIGN_OR_RAISE(
        copy->dictionary,
        AsStored(data->dictionary,
                 static_cast<const arrow::DictionaryType&>(*type).value_type()));
  }
  copy->type = type;
  return copy;
}

class ArrowIpcWriter final : public BlockWriter {
 public:
  explicit ArrowIpcWriter(const FileRequest& request) : BlockWriter("arrow", request) {}

  arrow::Status Start(Storage* storage) {
    arrow::FieldVector fields;
    for (const auto& field : schema()->fields()) {
      fields.push_back(
          field->WithType(StoredType(field->type(), request().options.naive_timestamps)));
    }
    stored_schema_ = arrow::schema(std::move(fields));
    auto options = arrow::ipc::IpcWriteOptions::Defaults();
    options.use_threads = false;
    options.unify_dictionaries = false;
    if (const auto& compression = request().options.compression;
        compression && compression->codec != arrow::Compression::UNCOMPRESSED) {
      // IPC knows LZ4 only in frames.
      const auto codec = compression->codec == arrow::Compression::LZ4
                             ? arrow::Compression::LZ4_FRAME
                             : compression->codec;
      ARROW_ASSIGN_OR_RAISE(options.codec,
                            arrow::util::Codec::Create(
                                codec, compression->level.value_or(
                                           arrow::util::kUseDefaultCompressionLevel)));
    }
    ARROW_RETURN_NOT_OK(Open(storage));
    ARROW_ASSIGN_OR_RAISE(file_,
                          arrow::ipc::MakeFileWriter(stream(), stored_schema_, options));
    return arrow::Status::OK();
  }

 protected:
  arrow::Status EncodeBlock(const arrow::RecordBatch& block) override {
    std::vector<std::shared_ptr<arrow::ArrayData>> columns;
    for (int i = 0; i < block.num_columns(); ++i) {
      ARROW_ASSIGN_OR_RAISE(
          auto column, AsStored(block.column_data(i), stored_schema_->field(i)->type()));
      columns.push_back(std::move(column));
    }
    return file_->WriteRecordBatch(
        *arrow::RecordBatch::Make(stored_schema_, block.num_rows(), std::move(columns)));
  }

  arrow::Status EncodeEnd() override { return file_->Close(); }

 private:
  std::shared_ptr<arrow::Schema> stored_schema_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> file_;
};

constexpr arrow::Compression::type kCodecs[] = {
    arrow::Compression::UNCOMPRESSED, arrow::Compression::LZ4, arrow::Compression::ZSTD};

arrow::Result<std::unique_ptr<FileWriter>> OpenArrowIpc(Storage* storage,
                                                        const FileRequest& request) {
  auto writer = std::make_unique<ArrowIpcWriter>(request);
  ARROW_RETURN_NOT_OK(writer->Start(storage));
  return writer;
}

}  // namespace

extern const FileFormatDef kArrowFormat{
    .name = "arrow",
    .extension = "arrow",
    .summary = "Arrow IPC file (Feather 2): read without decoding",
    .has_types = true,
    .codecs = kCodecs,
    .cost = {.values = ValueLayout::kMemory},
    .open = OpenArrowIpc,
};

}  // namespace lakeseed
