#include "lakeseed/generate/ledger_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "lakeseed/base/quantiles.h"
#include "lakeseed/base/status.h"
#include "lakeseed/generate/real_column.h"

namespace lakeseed {
namespace {

using Kind = LedgerStreamSpec::Kind;

/// A balance may drift by so much of what is moved.
constexpr double kMostDrift = 0.02;
constexpr double kYearDays = 365;

class Sizer {
 public:
  Sizer(const LedgerSpec& spec, const LedgerErrors& errors)
      : spec_(spec), errors_(errors) {}

  arrow::Result<std::vector<AmountTable>> Make();

 private:
  /// Hundredths that an account of the group gains in a day from streams of the kind.
  double GainOf(const std::string& group, bool is_scaled, bool is_turnover) const;
  arrow::Status Balance(size_t number);
  arrow::Status CheckDrift() const;

  const LedgerSpec& spec_;
  const LedgerErrors& errors_;
  std::vector<AmountTable> tables_;
};

arrow::Result<std::vector<AmountTable>> Sizer::Make() {
  for (const LedgerStreamSpec& stream : spec_.streams) {
    const std::string key = "streams." + stream.name;
    auto table = ReadAmounts(stream.amount, errors_.path + "." + key, stream.block);
    if (!table.ok()) return errors_.Placed(key, stream.place, table.status());
    tables_.push_back(*std::move(table));
  }
  for (size_t s = 0; s < spec_.streams.size(); ++s) {
    if (spec_.streams[s].is_balancing) ARROW_RETURN_NOT_OK(Balance(s));
  }
  ARROW_RETURN_NOT_OK(CheckDrift());
  return std::move(tables_);
}

double Sizer::GainOf(const std::string& group, bool is_scaled, bool is_turnover) const {
  double gain = 0;
  for (size_t s = 0; s < tables_.size(); ++s) {
    const LedgerStreamSpec& stream = spec_.streams[s];
    const bool moves = stream.kind == Kind::kAdds || stream.kind == Kind::kTakes;
    if (!moves || stream.is_scaled != is_scaled || !stream.IsOf(group)) continue;
    // What all comes back moves nothing in the end.
    if (stream.returned && !stream.returned->part) continue;
    const auto& q = tables_[s].quantiles;
    const auto sum = static_cast<double>(std::accumulate(q.begin(), q.end(), int64_t{0}));
    const double rate = sum / (static_cast<double>(q.size()) * stream.every_days);
    gain += is_turnover || stream.kind == Kind::kAdds ? rate : -rate;
  }
  return gain;
}

// The stream's quantiles, all by one factor, such that its group neither gains nor loses.
arrow::Status Sizer::Balance(size_t number) {
  const LedgerStreamSpec& stream = spec_.streams[number];
  const std::string path = "streams." + stream.name + ".balancing";
  const std::string& group = stream.of.empty() ? spec_.groups[0].name : stream.of[0];
  std::vector<int64_t>& q = tables_[number].quantiles;
  const auto own = static_cast<double>(std::accumulate(q.begin(), q.end(), int64_t{0}));
  const double events = static_cast<double>(q.size()) * stream.every_days;
  const double gain = GainOf(group, stream.is_scaled, false) * events;
  const double wanted = stream.kind == Kind::kAdds ? own - gain : own + gain;
  if (!(wanted >= static_cast<double>(q.size()) && wanted < 1e15)) {
    return errors_.At(
        path, stream.place, "there is nothing that it could balance", group,
        "streams that take are balanced by one that adds, or the other way");
  }
  for (int64_t& amount : q) {
    const double scaled = static_cast<double>(amount) * (wanted / own);
    amount = std::max<int64_t>(RoundHalfAway(scaled), 1);
  }
  const int64_t sum = RoundHalfAway(wanted);
  ARROW_ASSIGN_OR_RAISE(q, FillTo(std::move(q), sum, 1, sum));
  return arrow::Status::OK();
}

arrow::Status Sizer::CheckDrift() const {
  for (const LedgerGroupSpec& one : spec_.groups) {
    const std::string& group = one.name;
    const auto& drifting = spec_.drifting;
    if (std::find(drifting.begin(), drifting.end(), group) != drifting.end()) continue;
    for (const bool is_scaled : {true, false}) {
      const double gain = GainOf(group, is_scaled, false);
      const double turnover = GainOf(group, is_scaled, true);
      if (std::abs(gain) <= kMostDrift * turnover) continue;
      return errors_.At(
          "streams", spec_.place,
          fmt::format("balances of group {} drift by {:.2f} in a year{}", group,
                      gain / 100 * kYearDays,
                      is_scaled ? " for each level" : ", whatever the level"),
          std::nullopt,
          fmt::format("let one stream balance (`balancing: true`), or say "
                      "`drifting: [{}]`",
                      group));
    }
  }
  return arrow::Status::OK();
}

}  // namespace

arrow::Status LedgerErrors::At(const std::string& key, const Place& place,
                               std::string reason, std::optional<std::string> value,
                               std::string hint) const {
  return SpecErrors(
      {{place, path + "." + key, std::move(reason), std::move(value), std::move(hint)}});
}

arrow::Status LedgerErrors::Placed(const std::string& key, const Place& place,
                                   const arrow::Status& status) const {
  std::vector<Diagnostic> diagnostics = DiagnosticsOf(status);
  for (Diagnostic& one : diagnostics) {
    if (one.place.line == 0) one.place = place;
    if (one.path.empty()) one.path = path + "." + key;
  }
  return SpecErrors(std::move(diagnostics));
}

arrow::Result<std::vector<AmountTable>> LedgerTables(const LedgerSpec& spec,
                                                     const LedgerErrors& errors) {
  return Sizer(spec, errors).Make();
}

}  // namespace lakeseed
