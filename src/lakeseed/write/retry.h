// When a request to a server is sent again: after pauses that grow, each of them in part
// at random, so that many writers that were refused together do not come back together.
//
// Thread safety: pure functions but for that chance.

#pragma once

#include <chrono>

namespace lakeseed {

/// So often a request is sent before its failure counts: the pauses before are some eight
/// seconds together.
inline constexpr int kRequestTries = 6;

/// How long the first pause is at most, and any other; in between each may be three
/// times as long as the one before.
struct RetryPace {
  std::chrono::milliseconds first{100}, longest{5'000};
};

/// The pause before the request is sent again for the `attempt`-th time, from 1: at
/// least half of what it may be.
std::chrono::milliseconds RetryPause(int attempt, const RetryPace& pace = {});

}  // namespace lakeseed
