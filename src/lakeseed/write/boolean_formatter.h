// BooleanFormatter: columns of true and false as text.
//
// Thread safety: one thread at a time.

#pragma once

#include <arrow/array.h>
#include <arrow/util/bitmap_reader.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "lakeseed/write/row_text.h"
#include "lakeseed/write/value_text.h"

namespace lakeseed {

/// There are three texts: true, false and null.
class BooleanFormatter final : public ColumnFormatter {
 public:
  explicit BooleanFormatter(const TextDialect& dialect) {
    const auto add = [this](std::string_view text) {
      const ColumnText::Place place = {static_cast<uint32_t>(texts_->size()),
                                       static_cast<uint32_t>(text.size())};
      texts_->append(text);
      return place;
    };
    places_ = {add("false"), add("true"), add(dialect.null)};
    texts_->append(kShortTextBytes, ' ');
  }

  arrow::Status Format(const arrow::Array& array, ColumnText* out) override {
    const auto rows = static_cast<size_t>(array.length());
    out->places.resize(rows);
    arrow::internal::BitmapReader values(array.data()->buffers[1]->data(), array.offset(),
                                         array.length());
    for (size_t row = 0; row < rows; ++row, values.Next()) {
      out->places[row] = places_[values.IsSet() ? 1 : 0];
    }
    if (array.null_count() > 0) {
      for (size_t row = 0; row < rows; ++row) {
        if (array.IsNull(static_cast<int64_t>(row))) out->places[row] = places_[2];
      }
    }
    out->bytes = texts_->data();
    out->readable = texts_->size();
    out->owner = texts_;
    out->MeasurePlaces();
    return arrow::Status::OK();
  }

 private:
  const std::shared_ptr<std::string> texts_ = std::make_shared<std::string>();
  std::array<ColumnText::Place, 3> places_;
};

}  // namespace lakeseed
