#include "lakeseed/run/parts_reader.h"

#include <arrow/compute/api_vector.h>
#include <arrow/compute/cast.h>

#include <algorithm>
#include <numeric>

namespace lakeseed {
namespace {

constexpr int64_t kBlockRows = 65'536;

/// Keys as numbers; text formats spell them.
arrow::Result<std::shared_ptr<arrow::Int64Array>> NumbersOf(const arrow::Array& keys) {
  ARROW_ASSIGN_OR_RAISE(const auto numbers, arrow::compute::Cast(keys, arrow::int64()));
  if (numbers->null_count() > 0) return arrow::Status::Invalid("a key is null");
  return std::static_pointer_cast<arrow::Int64Array>(numbers);
}

}  // namespace

arrow::Result<std::unique_ptr<CellReader>> PartsReader::Open(
    const Storage& storage, std::span<const DataFile* const> parts,
    const std::string& key) {
  auto reader = std::make_unique<PartsReader>();
  for (const DataFile* part : parts) {
    const arrow::Status status = reader->Read(storage, *part, part == parts.front());
    if (!status.ok()) return status.WithMessage(part->path, ": ", status.message());
  }
  ARROW_RETURN_NOT_OK(reader->PutInOrder(key));
  return reader;
}

arrow::Status PartsReader::Read(const Storage& storage, const DataFile& part,
                                bool is_first) {
  ARROW_ASSIGN_OR_RAISE(const auto reader,
                        CellReader::Open(storage, part.path, part.format));
  if (is_first) {
    names_ = reader->column_names();
    is_text_ = reader->is_text();
    if (is_text_) dialect_ = reader->dialect();
  } else if (reader->column_names() != names_) {
    return arrow::Status::Invalid("not the columns of the other partitions");
  }
  while (true) {
    ARROW_ASSIGN_OR_RAISE(auto batch, reader->Next());
    if (batch == nullptr) return arrow::Status::OK();
    batches_.push_back(std::move(batch));
  }
}

arrow::Status PartsReader::PutInOrder(const std::string& key) {
  if (batches_.empty()) return arrow::Status::OK();
  const auto at = std::find(names_.begin(), names_.end(), key) - names_.begin();
  if (at == static_cast<std::ptrdiff_t>(names_.size())) {
    return arrow::Status::Invalid("no column ", key, " that puts the rows in order");
  }
  std::vector<arrow::ArrayVector> chunks(names_.size());
  for (const auto& batch : batches_) {
    for (size_t c = 0; c < names_.size(); ++c) {
      chunks[c].push_back(batch->column(static_cast<int>(c)));
    }
  }
  batches_.clear();
  ARROW_ASSIGN_OR_RAISE(const auto all, arrow::Concatenate(chunks[at]));
  ARROW_ASSIGN_OR_RAISE(const auto keys, NumbersOf(*all));
  std::vector<int64_t> places(static_cast<size_t>(keys->length()));
  std::iota(places.begin(), places.end(), 0);
  std::stable_sort(places.begin(), places.end(),
                   [&](int64_t a, int64_t b) { return keys->Value(a) < keys->Value(b); });
  arrow::Int64Builder builder;
  ARROW_RETURN_NOT_OK(builder.AppendValues(places));
  ARROW_ASSIGN_OR_RAISE(const auto order, builder.Finish());
  arrow::FieldVector fields;
  arrow::ArrayVector columns;
  for (size_t c = 0; c < names_.size(); ++c) {
    ARROW_ASSIGN_OR_RAISE(const auto whole, arrow::Concatenate(chunks[c]));
    chunks[c].clear();
    ARROW_ASSIGN_OR_RAISE(auto taken, arrow::compute::Take(*whole, *order));
    fields.push_back(arrow::field(names_[c], taken->type()));
    columns.push_back(std::move(taken));
  }
  rows_ = arrow::RecordBatch::Make(arrow::schema(std::move(fields)), keys->length(),
                                   std::move(columns));
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::RecordBatch>> PartsReader::Next() {
  if (rows_ == nullptr || next_ >= rows_->num_rows()) return nullptr;
  auto block = rows_->Slice(next_, kBlockRows);
  next_ += block->num_rows();
  return block;
}

}  // namespace lakeseed
