// What generators refuse, in tests.

#pragma once

#include <gtest/gtest.h>

#include <initializer_list>

#include "lakeseed/base/status.h"
#include "lakeseed/generate/test_context.h"

namespace lakeseed {

/// Each of the texts is a user's mistake.
inline void ExpectRequestErrors(std::initializer_list<const char*> yamls) {
  for (const char* yaml : yamls) {
    TestContext context;
    const auto bound = context.Bind(yaml);
    ASSERT_FALSE(bound.ok()) << yaml;
    EXPECT_EQ(ExitCodeOf(bound.status()), ExitCode::kRequest) << yaml;
  }
}

}  // namespace lakeseed
