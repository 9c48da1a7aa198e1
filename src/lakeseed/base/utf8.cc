#include "lakeseed/base/utf8.h"

#include <arrow/util/utf8.h>

namespace lakeseed {

bool IsUtf8(std::string_view bytes) {
  // Without its tables, which are made once, Arrow takes any bytes for text.
  arrow::util::InitializeUTF8();
  return arrow::util::ValidateUTF8(bytes);
}

}  // namespace lakeseed
