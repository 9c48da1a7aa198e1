// Precompiled: the headers nearly every file needs, parsed once per folder.
#pragma once

#include <arrow/api.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
