// The table of generators, sorted by name. Adding one adds its line here.

#include <algorithm>
#include <array>

#include "lakeseed/generate/generator.h"

namespace lakeseed {

extern const GeneratorDef kAddress;
extern const GeneratorDef kBoolean;
extern const GeneratorDef kBurst;
extern const GeneratorDef kCatalogue;
extern const GeneratorDef kChoice;
extern const GeneratorDef kCompany;
extern const GeneratorDef kConst;
extern const GeneratorDef kCorrelated;
extern const GeneratorDef kDate;
extern const GeneratorDef kDirtLabelsOf;
extern const GeneratorDef kEach;
extern const GeneratorDef kExponential;
extern const GeneratorDef kForeignKey;
extern const GeneratorDef kHistogram;
extern const GeneratorDef kJob;
extern const GeneratorDef kKey;
extern const GeneratorDef kLedgerAccount;
extern const GeneratorDef kLedgerHolder;
extern const GeneratorDef kLedgerMoved;
extern const GeneratorDef kLine;
extern const GeneratorDef kLink;
extern const GeneratorDef kLognormal;
extern const GeneratorDef kMatched;
extern const GeneratorDef kMixture;
extern const GeneratorDef kNormal;
extern const GeneratorDef kPattern;
extern const GeneratorDef kPerson;
extern const GeneratorDef kPhone;
extern const GeneratorDef kPoisson;
extern const GeneratorDef kPosting;
extern const GeneratorDef kPricePath;
extern const GeneratorDef kProgress;
extern const GeneratorDef kQuote;
extern const GeneratorDef kReached;
extern const GeneratorDef kRepeat;
extern const GeneratorDef kSequence;
extern const GeneratorDef kSignal;
extern const GeneratorDef kSplit;
extern const GeneratorDef kStock;
extern const GeneratorDef kTemplate;
extern const GeneratorDef kText;
extern const GeneratorDef kTimestamp;
extern const GeneratorDef kTurns;
extern const GeneratorDef kUniform;
extern const GeneratorDef kUniqueCode;
extern const GeneratorDef kUserAgent;
extern const GeneratorDef kUuid;
extern const GeneratorDef kVocabulary;
extern const GeneratorDef kWalk;
extern const GeneratorDef kWeather;
extern const GeneratorDef kZipf;

namespace {

constexpr std::array kBuiltin = {
    &kAddress,   &kBoolean,       &kBurst,        &kCatalogue,   &kChoice,
    &kCompany,   &kConst,         &kCorrelated,   &kDate,        &kDirtLabelsOf,
    &kEach,      &kExponential,   &kForeignKey,   &kHistogram,   &kJob,
    &kKey,       &kLedgerAccount, &kLedgerHolder, &kLedgerMoved, &kLine,
    &kLink,      &kLognormal,     &kMatched,      &kMixture,     &kNormal,
    &kPattern,   &kPerson,        &kPhone,        &kPoisson,     &kPosting,
    &kPricePath, &kProgress,      &kQuote,        &kReached,     &kRepeat,
    &kSequence,  &kSignal,        &kSplit,        &kStock,       &kTemplate,
    &kText,      &kTimestamp,     &kTurns,        &kUniform,     &kUniqueCode,
    &kUserAgent, &kUuid,          &kVocabulary,   &kWalk,        &kWeather,
    &kZipf,
};

}  // namespace

std::span<const GeneratorDef* const> BuiltinGenerators() { return kBuiltin; }

const GeneratorDef* FindGenerator(std::string_view name) {
  const auto found =
      std::lower_bound(kBuiltin.begin(), kBuiltin.end(), name,
                       [](const GeneratorDef* def, std::string_view wanted) {
                         return def->name < wanted;
                       });
  return found != kBuiltin.end() && (*found)->name == name ? *found : nullptr;
}

}  // namespace lakeseed
