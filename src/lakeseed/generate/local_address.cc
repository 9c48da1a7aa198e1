// Method  One alias pick of a city by population gives city, region, zone and point;
//         the postal code has the country's pattern and begins with letters of the
//         region where these are known; the street is free.
// Source  Tables local_places (GeoNames), local_streets, locales of the vocabulary.

#include "lakeseed/generate/local_address.h"

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/base/number_text.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/generate/text_block.h"
#include "lakeseed/generate/text_pattern.h"

namespace lakeseed {
namespace {

/// Purposes of the sub-keys; the numbers are part of the values.
enum Purpose : int {
  kPlaceDraw,
  kStreetDraw,
  kNumberDraw,
  kUnitDraw,
  kPostalDraw,
  kNorthDraw,
  kEastDraw,
  kPrefixDraw,
  kNumDraws
};

enum FieldIndex : int {
  kLine1,
  kLine2,
  kStreet,
  kCity,
  kState,
  kStateName,
  kPostalCode,
  kCountry,
  kCountryName,
  kTimeZone,
  kLatitude,
  kLongitude,
  kRegion
};

constexpr double kUnitShare = 0.2;
constexpr int64_t kFlats = 40, kHouses = 150;
constexpr double kJitterDegrees = 1.5 / 111.32;  // 1.5 km.
constexpr double kMicro = 1e6, kDegreesPerTurn = 360, kQuarterTurn = 0.25;
constexpr std::string_view kStreetWord = "{street}", kNumberWord = "{number}";

struct City {
  int32_t city, state, state_name, time_zone;
  double latitude, longitude;
  std::vector<std::string> postal;  ///< First letters of codes of its region.
};

class LocalAddress final : public StructGenerator {
 public:
  LocalAddress(const Key& key, LocaleFacts facts)
      : facts_(std::move(facts)), postal_(facts_.postal) {
    for (int i = 0; i < kNumDraws; ++i) keys_[static_cast<size_t>(i)] = key.Sub(i);
  }

  arrow::Status Read(bool by_people);

 private:
  class LocalBlock;

  arrow::Status ReadPlaces(bool by_people);
  arrow::Status ReadStreets();
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

  const City& CityOf(int64_t row) const {
    return places_[static_cast<size_t>(law_.Pick(Cell(keys_[kPlaceDraw], row)))];
  }
  char* WriteStreet(int64_t row, char* out) const {
    return streets_.Copy(Below(Cell(keys_[kStreetDraw], row), num_streets_), out);
  }
  char* WriteLine(int64_t row, char* out) const;
  double DegreesOf(int64_t row, bool north) const;

  std::array<Key, kNumDraws> keys_;
  const LocaleFacts facts_;
  const TextPattern postal_;
  AliasTable law_;
  std::vector<City> places_;
  PaddedTexts streets_;
  int64_t num_streets_ = 0;
  CategoryPool cities_, states_, state_names_, time_zones_, country_, country_name_;
};

class LocalAddress::LocalBlock final : public Block {
 public:
  LocalBlock(const LocalAddress& address, const GenerateRequest& request)
      : address_(address), request_(request), n_(request.rows.length()) {}

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override {
    const LocalAddress& a = address_;
    switch (field) {
      case kCity:
        return Codes(a.cities_, &City::city);
      case kState:
        return Codes(a.states_, &City::state);
      case kStateName:
      case kRegion:
        return Codes(a.state_names_, &City::state_name);
      case kTimeZone:
        return Codes(a.time_zones_, &City::time_zone);
      case kCountry:
        return Constant(a.country_);
      case kCountryName:
        return Constant(a.country_name_);
      case kLatitude:
      case kLongitude:
        return Degrees(field == kLatitude);
      case kLine2:
        return Units();
      default:
        return Texts(field);
    }
  }

 private:
  arrow::Result<std::shared_ptr<arrow::Array>> Codes(const CategoryPool& pool,
                                                     int32_t City::*member) const {
    return pool.Codes(n_, request_.pool, [this, member](int64_t i) {
      return address_.CityOf(request_.rows[i]).*member;
    });
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Constant(const CategoryPool& pool) const {
    return pool.Codes(n_, request_.pool, [](int64_t) { return 0; });
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Degrees(bool north) const;
  arrow::Result<std::shared_ptr<arrow::Array>> Units() const;
  arrow::Result<std::shared_ptr<arrow::Array>> Texts(int field) const;

  const LocalAddress& address_;
  const GenerateRequest& request_;
  const int64_t n_;
};

arrow::Result<std::shared_ptr<arrow::Array>> LocalAddress::LocalBlock::Degrees(
    bool north) const {
  ARROW_ASSIGN_OR_RAISE(
      std::shared_ptr<arrow::Buffer> buffer,
      arrow::AllocateBuffer(n_ * static_cast<int64_t>(sizeof(double)), request_.pool));
  auto* out = buffer->mutable_data_as<double>();
  const Key& key = address_.keys_[north ? kNorthDraw : kEastDraw];
  for (int64_t i = 0; i < n_; ++i) out[i] = Unit(Cell(key, request_.rows[i]));
  InverseNormalOf({out, static_cast<size_t>(n_)}, out);
  for (int64_t i = 0; i < n_; ++i) {
    const City& city = address_.CityOf(request_.rows[i]);
    const double scale =
        north ? 1 : 1 / Sine(city.latitude / kDegreesPerTurn + kQuarterTurn);
    const double middle = north ? city.latitude : city.longitude;
    out[i] = internal::Rint((middle + kJitterDegrees * scale * out[i]) * kMicro) / kMicro;
  }
  return std::make_shared<arrow::DoubleArray>(n_, std::move(buffer));
}

arrow::Result<std::shared_ptr<arrow::Array>> LocalAddress::LocalBlock::Units() const {
  const auto room = static_cast<int64_t>(address_.facts_.unit.size()) + 3;
  ARROW_ASSIGN_OR_RAISE(TextBlock block, TextBlock::Make(n_, room, true, request_.pool));
  const Key& key = address_.keys_[kUnitDraw];
  for (int64_t i = 0; i < n_; ++i) {
    const int64_t row = request_.rows[i];
    if (Unit(Cell(key, row)) >= kUnitShare) {
      block.Null();
      continue;
    }
    char* out = WriteText(address_.facts_.unit, block.cursor());
    *out++ = ' ';
    block.End(
        WriteUnsigned(static_cast<uint64_t>(1 + Below(Cell(key, row, 1), kFlats)), out));
  }
  return block.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> LocalAddress::LocalBlock::Texts(
    int field) const {
  const LocalAddress& a = address_;
  const int64_t line = a.streets_.max_size() + static_cast<int64_t>(a.facts_.line.size());
  ARROW_ASSIGN_OR_RAISE(TextBlock block,
                        TextBlock::Make(n_, std::max(line, a.postal_.size()) + kTextSlack,
                                        false, request_.pool));
  for (int64_t i = 0; i < n_; ++i) {
    const int64_t row = request_.rows[i];
    if (field == kLine1) {
      block.End(a.WriteLine(row, block.cursor()));
    } else if (field == kStreet) {
      block.End(a.WriteStreet(row, block.cursor()));
    } else {
      const Key& key = a.keys_[kPostalDraw];
      const std::vector<std::string>& begins = a.CityOf(row).postal;
      std::string_view prefix;
      if (!begins.empty()) {
        const auto count = static_cast<int64_t>(begins.size());
        prefix =
            begins[static_cast<size_t>(Below(Cell(a.keys_[kPrefixDraw], row), count))];
      }
      block.End(a.postal_.Write(key, row, prefix, block.cursor()));
    }
  }
  return block.Finish();
}

char* LocalAddress::WriteLine(int64_t row, char* out) const {
  // Low house numbers are in every street, high ones in few.
  const uint64_t u = Cell(keys_[kNumberDraw], row);
  const uint64_t v = Cell(keys_[kNumberDraw], row, 1);
  const int64_t number = 1 + std::min(Below(u, kHouses), Below(v, kHouses));
  const std::string_view line = facts_.line;
  for (size_t i = 0; i < line.size();) {
    if (line.substr(i).starts_with(kStreetWord)) {
      out = WriteStreet(row, out);
      i += kStreetWord.size();
    } else if (line.substr(i).starts_with(kNumberWord)) {
      out = WriteUnsigned(static_cast<uint64_t>(number), out);
      i += kNumberWord.size();
    } else {
      *out++ = line[i++];
    }
  }
  return out;
}

arrow::Result<std::unique_ptr<StructGenerator::Block>> LocalAddress::Open(
    const GenerateRequest& request) const {
  return std::make_unique<LocalBlock>(*this, request);
}

std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) words.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

arrow::Status LocalAddress::ReadPlaces(bool by_people) {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("local_places"));
  ARROW_ASSIGN_OR_RAISE(const auto countries, table->Text("country"));
  ARROW_ASSIGN_OR_RAISE(const auto cities, table->Text("city"));
  ARROW_ASSIGN_OR_RAISE(const auto states, table->Text("state"));
  ARROW_ASSIGN_OR_RAISE(const auto state_names, table->Text("state_name"));
  ARROW_ASSIGN_OR_RAISE(const auto postal, table->Text("postal"));
  ARROW_ASSIGN_OR_RAISE(const auto zones, table->Text("time_zone"));
  ARROW_ASSIGN_OR_RAISE(const auto latitudes, table->Doubles("latitude"));
  ARROW_ASSIGN_OR_RAISE(const auto longitudes, table->Doubles("longitude"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  std::vector<double> shares;
  for (size_t i = 0; i < countries.size(); ++i) {
    if (countries[i] != facts_.country) continue;
    places_.push_back({cities_.Add(cities[i]), states_.Add(states[i]),
                       state_names_.Add(state_names[i]), time_zones_.Add(zones[i]),
                       latitudes[i], longitudes[i], WordsOf(postal[i])});
    shares.push_back(by_people ? static_cast<double>(weights[i]) : 1.0);
  }
  for (CategoryPool* pool : {&cities_, &states_, &state_names_, &time_zones_}) {
    ARROW_RETURN_NOT_OK(pool->Freeze());
  }
  return AliasTable::Make(shares).Value(&law_);
}

arrow::Status LocalAddress::ReadStreets() {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("local_streets"));
  ARROW_ASSIGN_OR_RAISE(const auto countries, table->Text("country"));
  ARROW_ASSIGN_OR_RAISE(const auto names, table->Text("name"));
  std::vector<std::string> streets;
  for (size_t i = 0; i < countries.size(); ++i) {
    if (countries[i] == facts_.country) streets.emplace_back(names[i]);
  }
  num_streets_ = static_cast<int64_t>(streets.size());
  streets_ = PaddedTexts(streets);
  return arrow::Status::OK();
}

arrow::Status LocalAddress::Read(bool by_people) {
  ARROW_RETURN_NOT_OK(ReadPlaces(by_people));
  ARROW_RETURN_NOT_OK(ReadStreets());
  ARROW_ASSIGN_OR_RAISE(country_, CategoryPool::Of({facts_.country}));
  ARROW_ASSIGN_OR_RAISE(country_name_, CategoryPool::Of({facts_.country_name}));
  SetFields({TextField("line1"), TextField("line2", true), TextField("street"),
             CategoryField("city", cities_), CategoryField("state", states_),
             CategoryField("state_name", state_names_), TextField("postal_code"),
             CategoryField("country", country_),
             CategoryField("country_name", country_name_),
             CategoryField("time_zone", time_zones_), RealField("latitude"),
             RealField("longitude"), CategoryField("region", state_names_)});
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<std::unique_ptr<ColumnGenerator>> MakeLocalAddress(const Key& key,
                                                                 LocaleFacts facts,
                                                                 bool by_people) {
  auto address = std::make_unique<LocalAddress>(key, std::move(facts));
  ARROW_RETURN_NOT_OK(address->Read(by_people));
  return address;
}

}  // namespace lakeseed
