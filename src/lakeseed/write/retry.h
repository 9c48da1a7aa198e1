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

/// Before the request is sent again for the `attempt`-th time, from 1: up to 100 ms,
/// 300 ms, … 5 s, and at least half of that.
std::chrono::milliseconds RetryPause(int attempt);

}  // namespace lakeseed
