#include "lakeseed/base/status.h"

#include <gtest/gtest.h>

namespace lakeseed {
namespace {

TEST(Status, PrintsPlacePathReasonValueHint) {
  Diagnostic one;
  one.place = {"shop.yaml", 14, 7};
  one.path = "orders.customer_id";
  one.reason = "unknown generator";
  one.value = "forein_key";
  one.hint = "did you mean `foreign_key`?";
  EXPECT_EQ(one.ToString(),
            "shop.yaml:14:7: orders.customer_id: unknown generator: forein_key\n\n"
            "hint: did you mean `foreign_key`?");
  EXPECT_EQ((Place{"shop.yaml", 3, 0}).ToString(), "shop.yaml:3");
}

TEST(Status, KeepsAllDiagnosticsAndTheExitCode) {
  const auto status =
      SpecErrors({{{}, "a", "wrong", "1", ""}, {{}, "b", "wrong", "2", ""}});
  EXPECT_TRUE(status.IsInvalid());
  EXPECT_EQ(DiagnosticsOf(status).size(), 2u);
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kRequest);
  EXPECT_EQ(Render(status), "error: a: wrong: 1\nerror: b: wrong: 2\n");
}

TEST(Status, ExitCodesOfOtherStatuses) {
  EXPECT_EQ(ExitCodeOf(arrow::Status::OK()), ExitCode::kDone);
  EXPECT_EQ(ExitCodeOf(arrow::Status::IOError("disk")), ExitCode::kFailed);
  EXPECT_EQ(ExitCodeOf(arrow::Status::Cancelled("stop")), ExitCode::kInterrupted);
  EXPECT_EQ(ExitCodeOf(ErrorWithCode(ExitCode::kConflict, "lost")), ExitCode::kConflict);
  EXPECT_EQ(Render(arrow::Status::IOError("disk")), "error: disk\n");
}

}  // namespace
}  // namespace lakeseed
