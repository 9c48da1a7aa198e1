#include "lakeseed/generate/ledger_returns.h"

#include <algorithm>
#include <set>

#include "lakeseed/base/bijection.h"
#include "lakeseed/generate/child_count.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int64_t kLongestLag = 366, kLongestBurst = 64;
/// Sub-keys of the tables' orders.
constexpr int64_t kLagOrder = 0, kLengthOrder = 1;

/// The table of a law of counts from 1 to `most`, in the order of the key.
arrow::Result<std::vector<int32_t>> ReadTurn(const Key& key, const GeneratorCall& law,
                                             const std::string& path, int64_t most) {
  ARROW_ASSIGN_OR_RAISE(const std::vector<int64_t> table, ChildCountTable(law, path));
  for (const int64_t value : table) {
    if (value >= 1 && value <= most) continue;
    return Params(law, path).Error("", "must be from 1 to " + std::to_string(most),
                                   std::to_string(value), "state min and max");
  }
  const Bijection order(key, static_cast<int64_t>(table.size()));
  std::vector<int32_t> turn;
  for (int64_t i = 0; i < order.n(); ++i) {
    turn.push_back(static_cast<int32_t>(table[static_cast<size_t>(order.Forward(i))]));
  }
  return turn;
}

}  // namespace

arrow::Result<LedgerReturns> LedgerReturns::Make(const Key& key,
                                                 const LedgerStreamSpec& stream,
                                                 const std::string& path) {
  LedgerReturns returns;
  if (!stream.returned) return returns;
  ARROW_ASSIGN_OR_RAISE(returns.lags_,
                        ReadTurn(key.Sub(kLagOrder), stream.returned->after,
                                 path + ".returned.after", kLongestLag));
  const size_t size = returns.lags_.size();
  returns.lengths_.assign(size, 1);
  if (stream.burst) {
    ARROW_ASSIGN_OR_RAISE(returns.lengths_,
                          ReadTurn(key.Sub(kLengthOrder), stream.burst->length,
                                   path + ".burst.length", kLongestBurst));
  }
  returns.postings_before_.assign(1, 0);
  for (const int32_t length : returns.lengths_) {
    returns.postings_before_.push_back(returns.postings_before_.back() + length);
    returns.longest_ = std::max(returns.longest_, length);
  }
  for (const int32_t lag :
       std::set<int32_t>(returns.lags_.begin(), returns.lags_.end())) {
    OfLag& one = returns.by_lag_.emplace_back(OfLag{.lag = lag, .before = {Count{}}});
    for (size_t i = 0; i < size; ++i) {
      Count count = one.before.back();
      if (returns.lags_[i] == lag) {
        ++count.events;
        count.postings += returns.lengths_[i];
      }
      one.before.push_back(count);
    }
  }
  return returns;
}

int64_t LedgerReturns::PostingsOf(int64_t events) const {
  if (empty()) return events;
  const auto size = static_cast<int64_t>(lags_.size());
  return events / size * postings_before_.back() + postings_before_[Turn(events)];
}

LedgerReturns::Count LedgerReturns::Before(const Schedule& schedule, int32_t day) const {
  Count count;
  const auto size = static_cast<int64_t>(lags_.size());
  for (const OfLag& one : by_lag_) {
    if (one.lag >= day) break;
    const int64_t events = schedule.Before(day - one.lag), turns = events / size;
    const Count &whole = one.before.back(), &rest = one.before[Turn(events)];
    count.events += turns * whole.events + rest.events;
    count.postings += turns * whole.postings + rest.postings;
  }
  return count;
}

std::vector<Schedule::Event> LedgerReturns::On(const Schedule& schedule,
                                               int32_t day) const {
  std::vector<Schedule::Event> events;
  for (const OfLag& one : by_lag_) {
    if (one.lag > day) break;
    const int32_t then = day - one.lag;
    for (int64_t event = schedule.Before(then); event < schedule.Before(then + 1);
         ++event) {
      if (LagOf(event) == one.lag) events.push_back({.day = then, .number = event});
    }
  }
  return events;
}

}  // namespace lakeseed
