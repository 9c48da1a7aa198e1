// Addresses of countries other than the United States; the generator `address` asks for
// them (address.cc).

#pragma once

#include <arrow/result.h>

#include <memory>

#include "lakeseed/base/key.h"
#include "lakeseed/generate/generator.h"
#include "lakeseed/generate/locale.h"

namespace lakeseed {

/// `by_people`: cities weigh by population, else all are alike.
arrow::Result<std::unique_ptr<ColumnGenerator>> MakeLocalAddress(const Key& key,
                                                                 LocaleFacts facts,
                                                                 bool by_people);

}  // namespace lakeseed
