#include "lakeseed/generate/mail_name.h"

#include <algorithm>
#include <array>
#include <limits>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/number_text.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/name_pool.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr int kMaxDigits = 18;
constexpr int kFirstClassDigits = 2;
constexpr size_t kSlots = 4096;  // Shares are kept to 1 / 4096.

constexpr std::array<int64_t, kMaxDigits + 1> kPowers = [] {
  std::array<int64_t, kMaxDigits + 1> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// How people make an address of their name, in two parts; the number follows in every
/// case. Read as numbers, as nobody can guess which comes next.
struct Pattern {
  bool last_first;    ///< The surname is the first part.
  uint32_t most[2];   ///< Bytes of each part.
  char mark;          ///< Between them.
  uint8_t mark_size;  ///< 0: none.
};
constexpr uint32_t kAll = UINT32_MAX, kInitial = 1;
constexpr Pattern kPatterns[] = {
    {false, {kAll, kAll}, '.', 1},     {false, {kAll, kAll}, ' ', 0},
    {false, {kInitial, kAll}, ' ', 0}, {false, {kAll, kAll}, '_', 1},
    {false, {kAll, kInitial}, '.', 1}, {true, {kAll, kAll}, ' ', 0},
    {false, {kInitial, kAll}, '.', 1},
};
const std::vector<double> kPatternWeights = {0.42, 0.18, 0.17, 0.07, 0.05, 0.05, 0.06};
constexpr uint8_t kPatternOfUserNames = 2;

/// Each with the sign before it.
std::vector<std::string> WithSign(std::vector<std::string> domains) {
  for (std::string& domain : domains) domain.insert(domain.begin(), '@');
  return domains;
}

/// kSlots numbers in which i has about its share, each at least one.
std::vector<uint8_t> SlotsOf(const std::vector<double>& weights) {
  double total = 0, sum = 0;
  for (const double weight : weights) total += weight;
  std::vector<uint8_t> slots;
  for (size_t i = 0; i < weights.size(); ++i) {
    sum += weights[i];
    const auto end = static_cast<size_t>(sum / total * kSlots + 0.5);
    slots.resize(std::max(slots.size(), end), static_cast<uint8_t>(i));
  }
  slots.resize(kSlots, static_cast<uint8_t>(weights.size() - 1));
  return slots;
}

/// Digits of the number of a row, and the first row of that class.
int DigitsOf(int64_t row) {
  int digits = kFirstClassDigits;
  while (digits < kMaxDigits && row >= kPowers[static_cast<size_t>(digits)] - 10)
    ++digits;
  return digits;
}
int64_t FirstRow(int digits) { return kPowers[static_cast<size_t>(digits) - 1] - 10; }

}  // namespace

MailNames::MailNames(const Key& key, const std::vector<std::string>& domains,
                     const std::vector<double>& weights)
    : pattern_key_(key.Sub(0)),
      domains_(WithSign(domains)),
      pattern_slots_(SlotsOf(kPatternWeights)),
      domain_slots_(SlotsOf(weights)) {
  for (int digits = kFirstClassDigits; digits <= kMaxDigits; ++digits) {
    classes_.emplace_back(key.Sub(digits), 9 * kPowers[static_cast<size_t>(digits) - 1]);
  }
}

void MailNames::NumbersOf(const Rows& rows, int64_t* numbers) const {
  const int64_t n = rows.length();
  for (int64_t i = 0; i < n;) {
    const int digits = DigitsOf(rows[i]);
    const int64_t begin = FirstRow(digits);
    const int64_t end =
        digits == kMaxDigits ? std::numeric_limits<int64_t>::max() : FirstRow(digits + 1);
    int64_t j = i;
    for (; j < n && rows[j] >= begin && rows[j] < end; ++j) numbers[j] = rows[j] - begin;
    const Bijection& order = classes_[static_cast<size_t>(digits - kFirstClassDigits)];
    order.ForwardOf(numbers + i, j - i, numbers + i);
    for (int64_t k = i; k < j; ++k)
      numbers[k] += kPowers[static_cast<size_t>(digits) - 1];
    i = j;
  }
}

int64_t MailNames::MaxLocalSize(const NamePool& names) {
  return names.first_slugs().max_size() + 1 + names.surname_slugs().max_size() +
         kMaxDigits;
}

char* MailNames::WriteLocalPart(const NamePool& names, uint8_t number, int32_t first_name,
                                int32_t surname, int64_t digits, char* out) {
  const Pattern& pattern = kPatterns[number];
  const PaddedTexts* const texts[] = {&names.first_slugs(), &names.surname_slugs()};
  const int32_t codes[] = {first_name, surname};
  const size_t first = pattern.last_first ? 1 : 0, last = 1 - first;
  out = texts[first]->Copy(codes[first], out, pattern.most[0]);
  *out = pattern.mark;
  out += pattern.mark_size;
  out = texts[last]->Copy(codes[last], out, pattern.most[1]);
  return WriteUnsigned(static_cast<uint64_t>(digits), out);
}

arrow::Result<std::shared_ptr<arrow::Array>> MailNames::Emails(
    const NamePool& names, const Rows& rows, const int32_t* first_names,
    const int32_t* surnames, arrow::MemoryPool* pool) const {
  const int64_t n = rows.length();
  std::vector<int64_t> numbers(static_cast<size_t>(n));
  NumbersOf(rows, numbers.data());
  ARROW_ASSIGN_OR_RAISE(
      TextBlock block,
      TextBlock::Make(n, MaxLocalSize(names) + domains_.max_size(), false, pool));
  ForEachCellBlock(
      pattern_key_, rows, 0, [&](int64_t begin, int64_t count, const uint64_t* cells) {
        for (int64_t i = begin; i < begin + count; ++i) {
          const uint64_t u = cells[i - begin];
          char* const out =
              WriteLocalPart(names, pattern_slots_[u >> 52], first_names[i], surnames[i],
                             numbers[static_cast<size_t>(i)], block.cursor());
          block.End(domains_.Copy(domain_slots_[u % kSlots], out));
        }
      });
  return block.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> MailNames::UserNames(
    const NamePool& names, const Rows& rows, const int32_t* first_names,
    const int32_t* surnames, arrow::MemoryPool* pool) const {
  const int64_t n = rows.length();
  std::vector<int64_t> numbers(static_cast<size_t>(n));
  NumbersOf(rows, numbers.data());
  ARROW_ASSIGN_OR_RAISE(TextBlock block,
                        TextBlock::Make(n, MaxLocalSize(names), false, pool));
  for (int64_t i = 0; i < n; ++i) {
    block.End(WriteLocalPart(names, kPatternOfUserNames, first_names[i], surnames[i],
                             numbers[static_cast<size_t>(i)], block.cursor()));
  }
  return block.Finish();
}

arrow::Result<MailNames> MailNames::Read(Params& params, const Key& key) {
  ARROW_ASSIGN_OR_RAISE(const std::string profile,
                        params.GetTextOr("email_profile", "safe"));
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("email_domains"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("domain"));
  ARROW_ASSIGN_OR_RAISE(const auto profiles, table->Text("profile"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  std::vector<std::string> domains;
  std::vector<double> shares;
  for (size_t i = 0; i < names.size(); ++i) {
    if (profiles[i] != profile) continue;
    domains.emplace_back(names[i]);
    shares.push_back(static_cast<double>(weights[i]));
  }
  if (domains.empty()) {
    return params.Error("email_profile", "unknown profile of e-mail domains", profile,
                        "known profiles: safe, realistic");
  }
  return MailNames(key, domains, shares);
}

}  // namespace lakeseed
