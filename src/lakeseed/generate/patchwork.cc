#include "lakeseed/generate/patchwork.h"

#include <arrow/api.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_generate.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "lakeseed/generate/flat_width.h"
#include "lakeseed/generate/gather.h"

namespace lakeseed {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;

/// Which patches are not null.
struct Validity {
  std::shared_ptr<arrow::Buffer> bitmap;  ///< nullptr: all.
  int64_t nulls = 0;
};

arrow::Result<Validity> ValidityOf(const arrow::ArrayVector& arrays,
                                   std::span<const Patch> patches,
                                   arrow::MemoryPool* pool) {
  Validity validity;
  const auto has_nulls = [](const ArrayPtr& array) { return array->null_count() != 0; };
  if (std::none_of(arrays.begin(), arrays.end(), has_nulls)) return validity;
  const int64_t n = std::ssize(patches);
  ARROW_ASSIGN_OR_RAISE(validity.bitmap, arrow::AllocateEmptyBitmap(n, pool));
  const Patch* patch = patches.data();
  arrow::internal::GenerateBitsUnrolled(
      validity.bitmap->mutable_data(), 0, n, [&]() -> bool {
        const bool valid =
            arrays[static_cast<size_t>(patch->array)]->IsValid(patch->place);
        validity.nulls += valid ? 0 : 1;
        ++patch;
        return valid;
      });
  if (validity.nulls == 0) validity.bitmap = nullptr;
  return validity;
}

template <typename T>
arrow::Result<ArrayPtr> Flat(const arrow::ArrayVector& arrays,
                             std::span<const Patch> patches, arrow::MemoryPool* pool) {
  const int64_t n = std::ssize(patches);
  std::vector<const T*> values;
  for (const ArrayPtr& array : arrays) values.push_back(array->data()->GetValues<T>(1));
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> buffer,
                        arrow::AllocateBuffer(n * sizeof(T), pool));
  T* out = buffer->mutable_data_as<T>();
  for (const Patch& patch : patches) {
    *out++ = values[static_cast<size_t>(patch.array)][patch.place];
  }
  ARROW_ASSIGN_OR_RAISE(Validity validity, ValidityOf(arrays, patches, pool));
  auto data = arrow::ArrayData::Make(arrays[0]->type(), n,
                                     {std::move(validity.bitmap), std::move(buffer)},
                                     validity.nulls);
  data->dictionary = arrays[0]->data()->dictionary;
  return arrow::MakeArray(std::move(data));
}

/// The texts of an array, where they lie.
struct TextMemory {
  explicit TextMemory(const arrow::StringArray& array)
      : offsets(array.raw_value_offsets()) {
    if (array.value_data() == nullptr) return;
    bytes = reinterpret_cast<const char*>(array.value_data()->data());
    size = array.value_data()->size();
  }

  const int32_t* offsets;
  const char* bytes = nullptr;
  int64_t size = 0;  ///< Bytes that may be read.
};

/// Most texts are shorter: a copy of known width asks nobody for their sizes.
constexpr int64_t kCopyBytes = 32;

arrow::Result<ArrayPtr> Texts(const arrow::ArrayVector& arrays,
                              std::span<const Patch> patches, arrow::MemoryPool* pool) {
  const int64_t n = std::ssize(patches);
  std::vector<TextMemory> sources;
  for (const ArrayPtr& array : arrays) {
    sources.emplace_back(static_cast<const arrow::StringArray&>(*array));
  }
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> offsets,
                        arrow::AllocateBuffer((n + 1) * sizeof(int32_t), pool));
  auto* offset = offsets->mutable_data_as<int32_t>();
  int64_t bytes = 0;
  for (const Patch& patch : patches) {
    *offset++ = static_cast<int32_t>(bytes);
    const int32_t* const at = sources[static_cast<size_t>(patch.array)].offsets;
    bytes += at[patch.place + 1] - at[patch.place];
  }
  if (bytes > INT32_MAX) {
    return arrow::Status::CapacityError("more than 2 GiB of text in one batch");
  }
  *offset = static_cast<int32_t>(bytes);
  ARROW_ASSIGN_OR_RAISE(std::shared_ptr<arrow::Buffer> texts,
                        arrow::AllocateBuffer(bytes + kCopyBytes, pool));
  char* out = texts->mutable_data_as<char>();
  for (const Patch& patch : patches) {
    const TextMemory& source = sources[static_cast<size_t>(patch.array)];
    const int64_t begin = source.offsets[patch.place];
    const int64_t size = source.offsets[patch.place + 1] - begin;
    if (size <= kCopyBytes && begin + kCopyBytes <= source.size) {
      std::memcpy(out, source.bytes + begin, kCopyBytes);
    } else if (size > 0) {
      std::memcpy(out, source.bytes + begin, static_cast<size_t>(size));
    }
    out += size;
  }
  ARROW_ASSIGN_OR_RAISE(Validity validity, ValidityOf(arrays, patches, pool));
  return std::make_shared<arrow::StringArray>(
      n, std::move(offsets), arrow::SliceBuffer(std::move(texts), 0, bytes),
      std::move(validity.bitmap), validity.nulls);
}

arrow::Result<ArrayPtr> Structs(const arrow::ArrayVector& arrays,
                                std::span<const Patch> patches, arrow::MemoryPool* pool) {
  arrow::ArrayVector fields;
  for (int f = 0; f < arrays[0]->num_fields(); ++f) {
    arrow::ArrayVector of_field;
    for (const ArrayPtr& array : arrays) {
      of_field.push_back(static_cast<const arrow::StructArray&>(*array).field(f));
    }
    ARROW_ASSIGN_OR_RAISE(ArrayPtr field, MakePatchwork(of_field, patches, pool));
    fields.push_back(std::move(field));
  }
  ARROW_ASSIGN_OR_RAISE(Validity validity, ValidityOf(arrays, patches, pool));
  return std::make_shared<arrow::StructArray>(arrays[0]->type(), std::ssize(patches),
                                              std::move(fields),
                                              std::move(validity.bitmap), validity.nulls);
}

/// Of any type: by way of an array of all.
arrow::Result<ArrayPtr> Anything(const arrow::ArrayVector& arrays,
                                 std::span<const Patch> patches,
                                 arrow::MemoryPool* pool) {
  std::vector<int64_t> starts{0}, places;
  for (const ArrayPtr& array : arrays) starts.push_back(starts.back() + array->length());
  places.reserve(patches.size());
  for (const Patch& patch : patches) {
    places.push_back(starts[static_cast<size_t>(patch.array)] + patch.place);
  }
  ARROW_ASSIGN_OR_RAISE(ArrayPtr all, arrow::Concatenate(arrays, pool));
  const arrow::Int64Array taken(std::ssize(places), arrow::Buffer::Wrap(places));
  return Gather(all, taken, pool);
}

/// Do the codes of all arrays mean the same?
bool OneDictionary(const arrow::ArrayVector& arrays) {
  // Their memory, mostly one: an array makes a dictionary of its own of it when asked.
  const auto& first = arrays[0]->data()->dictionary;
  return std::all_of(arrays.begin() + 1, arrays.end(), [&](const ArrayPtr& array) {
    const auto& other = array->data()->dictionary;
    return other == first || arrow::MakeArray(other)->Equals(arrow::MakeArray(first));
  });
}

}  // namespace

arrow::Result<ArrayPtr> MakePatchwork(const arrow::ArrayVector& arrays,
                                      std::span<const Patch> patches,
                                      arrow::MemoryPool* pool) {
  const arrow::DataType& type = *arrays[0]->type();
  if (type.id() == arrow::Type::STRING) return Texts(arrays, patches, pool);
  if (type.id() == arrow::Type::STRUCT) return Structs(arrays, patches, pool);
  if (type.id() == arrow::Type::DICTIONARY && !OneDictionary(arrays)) {
    return Anything(arrays, patches, pool);
  }
  switch (FlatWidth(type)) {
    case 1:
      return Flat<uint8_t>(arrays, patches, pool);
    case 2:
      return Flat<uint16_t>(arrays, patches, pool);
    case 4:
      return Flat<uint32_t>(arrays, patches, pool);
    case 8:
      return Flat<uint64_t>(arrays, patches, pool);
    default:
      return Anything(arrays, patches, pool);
  }
}

}  // namespace lakeseed
