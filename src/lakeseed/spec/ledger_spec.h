// LedgerSpec: `ledger: {of: accounts, streams: {salary: {every: 14d, adds: …}, …}}`:
// postings of accounts with running balances, as the file says it.
//
// Thread safety: plain values.

#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/spec/column_spec.h"
#include "lakeseed/spec/dataset_spec.h"
#include "lakeseed/spec/seasons_spec.h"

namespace lakeseed {

/// `returned: {as: refund, after: {geometric: …}}`: postings that come back some days
/// later.
struct LedgerReturnSpec {
  std::string as;       ///< Stream of what gives back.
  GeneratorCall after;  ///< Law of the days in between.
  /// Law of what comes back, moved beside the amount, which then stays; not set: all
  /// comes back.
  std::optional<GeneratorCall> part;
};

/// `burst: {length: {…}, tries: {…}, within: 30m}`: several postings at an event.
struct LedgerBurstSpec {
  GeneratorCall length;                ///< Law of their number.
  std::optional<GeneratorCall> tries;  ///< Law of all amounts but the last one's.
  int64_t within = 0;                  ///< Microseconds from the first to the last one.
};

/// What accounts of some groups do: `card: {every: 2d, of: [checking], takes: {…}}`.
struct LedgerStreamSpec {
  enum class Kind {
    kAdds,       ///< Each account once a cycle; the balance grows.
    kTakes,      ///< The same; the balance falls.
    kTransfers,  ///< From account to account of the same groups: two postings.
    kRefuses,    ///< Postings that move nothing, of accounts drawn for each.
  };

  std::string name;
  Kind kind = Kind::kAdds;
  int32_t every_days = 1;       ///< Length of a cycle; unused by kRefuses.
  std::vector<std::string> of;  ///< Groups, neighbours in the file; empty: all.
  GeneratorCall amount;         ///< Law of the amounts of an account of level 1.
  bool is_scaled = true;        ///< Amounts grow with the account's level.
  bool is_balancing = false;    ///< Sized so that the balance does not drift.
  int32_t block = 64;           ///< Amounts whose sum is always the same.
  double share = 1;             ///< Of the accounts, in each cycle; 1 if something stays.
  std::optional<LedgerReturnSpec> returned;
  std::optional<LedgerBurstSpec> burst;  ///< Only of what is returned.
  bool is_rest = false;                  ///< Of kRefuses: what the target leaves over.
  ExprPtr per_day;                       ///< Of kRefuses: rows on a neutral day.
  SeasonsSpec seasons;                   ///< Which days of a cycle are likely.
  Place place;

  bool IsOf(const std::string& group) const {
    return of.empty() || std::find(of.begin(), of.end(), group) != of.end();
  }
};

/// Accounts that do the same: `checking: 0.6`, or with days on which they come and go,
/// `new: {share: 0.02, opens: [2024-10-05, 2024-12-20], brings: {…}}`.
struct LedgerGroupSpec {
  std::string name;
  double share = 0;
  std::optional<DateRange> opens;  ///< Spread evenly over these days, in their order.
  std::optional<DateRange> closes;
  /// Law of what an account of level 1 brings; there if it opens or closes.
  std::optional<GeneratorCall> brings;
  Place place;
};

/// Names of the postings that groups with `opens` or `closes` make by themselves.
inline constexpr char kOpeningStream[] = "opening";
inline constexpr char kClosingStream[] = "closing";

struct LedgerSpec {
  std::string of;  ///< The table of accounts: made once, or children of such a table.
  std::string zone = "UTC";
  SeasonsSpec seasons;                  ///< The dataset's, with the ledger's own on top.
  int32_t block = 64;                   ///< Of streams that state none.
  std::vector<LedgerGroupSpec> groups;  ///< At least one.
  std::optional<GeneratorCall> levels;  ///< Law of the accounts' levels.
  std::vector<std::string> drifting;    ///< Groups whose balance may drift.
  std::vector<LedgerStreamSpec> streams;
  Place place;

  /// True: its rows over the window are those of the target.
  bool is_main() const {
    for (const LedgerStreamSpec& stream : streams) {
      if (stream.is_rest) return true;
    }
    return false;
  }
};

}  // namespace lakeseed
