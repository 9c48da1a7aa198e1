// Arrow types as Arrow prints them, read back: "decimal64(8, 2)",
// "list<element: struct<city: string not null>>".
//
// Thread safety: pure functions.

#pragma once

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <memory>
#include <string>

namespace lakeseed {

/// \retval Invalid  no type that files of ours have.
arrow::Result<std::shared_ptr<arrow::DataType>> TypeFromText(const std::string& text);

}  // namespace lakeseed
