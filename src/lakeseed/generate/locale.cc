#include "lakeseed/generate/locale.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lakeseed/base/suggest.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

std::vector<std::string> SplitPatterns(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('|', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

arrow::Result<LocaleFacts> RowOf(const VocabularyTable& table, size_t row) {
  LocaleFacts facts;
  std::string phones, fictional;
  const std::pair<const char*, std::string*> texts[] = {
      {"locale", &facts.locale},
      {"country", &facts.country},
      {"country_name", &facts.country_name},
      {"mr", &facts.mr},
      {"ms", &facts.ms},
      {"line", &facts.line},
      {"unit", &facts.unit},
      {"postal", &facts.postal},
      {"phone", &phones},
      {"phone_fictional", &fictional}};
  for (const auto& [name, target] : texts) {
    ARROW_ASSIGN_OR_RAISE(const auto values, table.Text(name));
    *target = values[row];
  }
  ARROW_ASSIGN_OR_RAISE(const auto family_first, table.Integers("family_first"));
  facts.family_first = family_first[row] != 0;
  facts.phones = SplitPatterns(phones);
  facts.fictional = SplitPatterns(fictional);
  return facts;
}

arrow::Result<LocaleFacts> Find(const Params& params, std::string_view parameter,
                                std::string_view column, std::string_view american,
                                const std::string& name) {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("locales"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text(column));
  std::vector<std::string> known{std::string(american)};
  for (size_t row = 0; row < names.size(); ++row) {
    if (names[row] == name) return RowOf(*table, row);
    known.emplace_back(names[row]);
  }
  std::string hint = DidYouMean(name, known);
  if (!hint.empty()) hint += " ";
  hint += fmt::format("known: {}", fmt::join(known, ", "));
  return params.Error(parameter, fmt::format("unknown {}", column), name, hint);
}

}  // namespace

arrow::Result<LocaleFacts> FindLocale(const Params& params, std::string_view parameter,
                                      const std::string& locale) {
  return Find(params, parameter, "locale", kAmericanLocale, locale);
}

arrow::Result<LocaleFacts> FindCountry(const Params& params, std::string_view parameter,
                                       const std::string& country) {
  return Find(params, parameter, "country", kAmericanCountry, country);
}

}  // namespace lakeseed
