// address: addresses whose city, state, ZIP, zone, area code and point belong together.
//
// Method  One alias pick of a ZIP by population gives all of the place; the point
//         is the ZIP's plus a normal jitter of 1.5 km; the street is free.
// Source  Tables us_places, us_streets, us_street_suffixes of the vocabulary.

#include <arrow/api.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lakeseed/base/cell.h"
#include "lakeseed/base/function.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/cell_block.h"
#include "lakeseed/generate/local_address.h"
#include "lakeseed/generate/marked_generator.h"
#include "lakeseed/generate/place_pool.h"
#include "lakeseed/generate/street_line.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

/// Purposes of the sub-keys; the numbers are part of the values.
enum Purpose : int { kPlaceDraw, kStreetDraw, kAreaCodeDraw, kNorthDraw, kEastDraw };

enum FieldIndex : int {
  kLine1,
  kLine2,
  kStreet,
  kCity,
  kState,
  kStateName,
  kPostalCode,
  kCounty,
  kCountry,
  kCountryName,
  kTimeZone,
  kAreaCode,
  kLatitude,
  kLongitude,
  kRegion,
};

constexpr double kJitterDegrees =
    1.5 / 111.32;               // 1.5 km; a degree of latitude has 111.32.
constexpr double kMicro = 1e6;  // Points are written to a millionth of a degree.

std::optional<PlacePool::Kind> KindOf(int field) {
  switch (field) {
    case kCity:
      return PlacePool::Kind::kCity;
    case kState:
      return PlacePool::Kind::kState;
    case kStateName:
      return PlacePool::Kind::kStateName;
    case kPostalCode:
      return PlacePool::Kind::kZip;
    case kCounty:
      return PlacePool::Kind::kCounty;
    case kTimeZone:
      return PlacePool::Kind::kTimeZone;
    case kRegion:
      return PlacePool::Kind::kRegion;
    default:
      return std::nullopt;
  }
}

class Address final : public StructGenerator, public MarkedGenerator {
 public:
  static arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                              BindContext& context);

  void MarksOf(const Rows& rows, int64_t* marks) const override {
    lines_.MarksOf(rows, marks);
  }

 private:
  class AddressBlock;

  void ListFields();
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

  Key place_key_, area_code_key_, north_key_, east_key_;
  HeldPoolPtr<PlacePool> pool_;
  StreetLines lines_;
  CategoryPool country_, country_name_;
};

class Address::AddressBlock final : public Block {
 public:
  AddressBlock(const Address& address, const GenerateRequest& request)
      : address_(address),
        request_(request),
        rows_(request.rows),
        n_(request.rows.length()) {}

  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override;

 private:
  arrow::Status NeedPlaces();
  arrow::Result<std::shared_ptr<arrow::Array>> Texts(PlacePool::Kind kind);
  arrow::Result<std::shared_ptr<arrow::Array>> AreaCodes();
  arrow::Result<std::shared_ptr<arrow::Array>> Degrees(bool north);

  const Address& address_;
  const GenerateRequest& request_;
  const Rows& rows_;
  const int64_t n_;
  const PlacePool* pool_ = nullptr;  ///< Once there are places.
  std::vector<int32_t> places_;
};

arrow::Status Address::AddressBlock::NeedPlaces() {
  if (pool_ != nullptr) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(pool_, address_.pool_->Get());
  places_.resize(static_cast<size_t>(n_));
  const AliasTable& law = pool_->law();
  ForEachCellBlock(address_.place_key_, rows_, 0,
                   [&](int64_t first, int64_t count, const uint64_t* cells) {
                     int32_t* out = places_.data() + first;
                     for (int64_t i = 0; i < count; ++i) {
                       out[i] = static_cast<int32_t>(law.Pick(cells[i]));
                     }
                   });
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Array>> Address::AddressBlock::Texts(
    PlacePool::Kind kind) {
  ARROW_RETURN_NOT_OK(NeedPlaces());
  ARROW_ASSIGN_OR_RAISE(const auto* texts, pool_->TextsOf(kind));
  const int32_t* const places = places_.data();
  const int32_t* const code_of = texts->code_of.data();
  return texts->pool.Codes(n_, request_.pool,
                           [=](int64_t i) { return code_of[places[i]]; });
}

arrow::Result<std::shared_ptr<arrow::Array>> Address::AddressBlock::AreaCodes() {
  ARROW_RETURN_NOT_OK(NeedPlaces());
  ARROW_ASSIGN_OR_RAISE(const auto* codes, pool_->area_codes());
  return codes->pool.Codes(n_, request_.pool, [this, codes](int64_t i) {
    const auto place = static_cast<size_t>(places_[static_cast<size_t>(i)]);
    const uint64_t u = Cell(address_.area_code_key_, rows_[i]);
    const int32_t begin = codes->begins[place];
    const int32_t count = codes->begins[place + 1] - begin;
    return codes->list[static_cast<size_t>(begin + Below(u, count))];
  });
}

arrow::Result<std::shared_ptr<arrow::Array>> Address::AddressBlock::Degrees(bool north) {
  ARROW_RETURN_NOT_OK(NeedPlaces());
  ARROW_ASSIGN_OR_RAISE(const auto* points, pool_->points());
  ARROW_ASSIGN_OR_RAISE(
      std::shared_ptr<arrow::Buffer> buffer,
      arrow::AllocateBuffer(n_ * static_cast<int64_t>(sizeof(double)), request_.pool));
  auto* out = buffer->mutable_data_as<double>();
  const Key& key = north ? address_.north_key_ : address_.east_key_;
  for (int64_t i = 0; i < n_; ++i) out[i] = Unit(Cell(key, rows_[i]));
  InverseNormalOf({out, static_cast<size_t>(n_)}, out);
  for (int64_t i = 0; i < n_; ++i) {
    const auto place = static_cast<size_t>(places_[static_cast<size_t>(i)]);
    const double degrees =
        north ? points->latitudes[place] + kJitterDegrees * out[i]
              : points->longitudes[place] +
                    kJitterDegrees * points->longitude_scales[place] * out[i];
    out[i] = internal::Rint(degrees * kMicro) / kMicro;
  }
  return std::make_shared<arrow::DoubleArray>(n_, std::move(buffer));
}

arrow::Result<std::shared_ptr<arrow::Array>> Address::AddressBlock::Make(int field) {
  const auto constant = [this](const CategoryPool& one) {
    return one.Codes(n_, request_.pool, [](int64_t) { return 0; });
  };
  switch (field) {
    case kLine1:
      return address_.lines_.Line1(rows_, request_.pool);
    case kLine2:
      return address_.lines_.Line2(rows_, request_.pool);
    case kStreet:
      return address_.lines_.Street(rows_, request_.pool);
    case kCountry:
      return constant(address_.country_);
    case kCountryName:
      return constant(address_.country_name_);
    case kAreaCode:
      return AreaCodes();
    case kLatitude:
    case kLongitude:
      return Degrees(field == kLatitude);
    default:
      break;
  }
  const auto kind = KindOf(field);
  if (kind) return Texts(*kind);
  return arrow::Status::IndexError("address has no field number ", field);
}

arrow::Result<std::unique_ptr<StructGenerator::Block>> Address::Open(
    const GenerateRequest& request) const {
  return std::make_unique<AddressBlock>(*this, request);
}

void Address::ListFields() {
  const auto texts = [this](const char* name, PlacePool::Kind kind) {
    return Field{name, CategoryPool::Type(),
                 ShapeOfHeld(pool_, [kind](const PlacePool& pool) -> int64_t {
                   const auto of_kind = pool.TextsOf(kind);
                   return of_kind.ok() ? (*of_kind)->pool.size() : 0;
                 })};
  };
  const auto count_area_codes = [](const PlacePool& pool) -> int64_t {
    const auto codes = pool.area_codes();
    return codes.ok() ? (*codes)->pool.size() : 0;
  };
  SetFields({TextField("line1"),
             TextField("line2", true),
             TextField("street"),
             texts("city", PlacePool::Kind::kCity),
             texts("state", PlacePool::Kind::kState),
             texts("state_name", PlacePool::Kind::kStateName),
             texts("postal_code", PlacePool::Kind::kZip),
             texts("county", PlacePool::Kind::kCounty),
             CategoryField("country", country_),
             CategoryField("country_name", country_name_),
             texts("time_zone", PlacePool::Kind::kTimeZone),
             {"area_code", CategoryPool::Type(), ShapeOfHeld(pool_, count_area_codes)},
             RealField("latitude"),
             RealField("longitude"),
             texts("region", PlacePool::Kind::kRegion)});
}

arrow::Result<std::unique_ptr<ColumnGenerator>> Address::Bind(Params& params,
                                                              BindContext& context) {
  auto address = std::make_unique<Address>();
  ARROW_ASSIGN_OR_RAISE(const std::string country, params.GetTextOr("country", "US"));
  std::optional<LocaleFacts> facts;
  if (country != kAmericanCountry) {
    ARROW_ASSIGN_OR_RAISE(facts, FindCountry(params, "country", country));
  }
  ARROW_ASSIGN_OR_RAISE(const std::string weight,
                        params.GetTextOr("weight", "population"));
  if (weight != "population" && weight != "none") {
    return params.Error("weight", "unknown weight", weight,
                        "known weights: population, none (all ZIPs alike)");
  }
  ARROW_ASSIGN_OR_RAISE(const bool has_boxes, params.GetBoolOr("po_boxes", true));
  ARROW_RETURN_NOT_OK(params.Finish());
  const Key key = context.key("value");
  if (facts) return MakeLocalAddress(key, *std::move(facts), weight == "population");
  address->place_key_ = key.Sub(kPlaceDraw);
  address->area_code_key_ = key.Sub(kAreaCodeDraw);
  address->north_key_ = key.Sub(kNorthDraw);
  address->east_key_ = key.Sub(kEastDraw);
  address->pool_ = PlacePool::Hold(weight == "population");
  ARROW_ASSIGN_OR_RAISE(address->lines_,
                        StreetLines::Read(key.Sub(kStreetDraw), has_boxes));
  ARROW_ASSIGN_OR_RAISE(address->country_, CategoryPool::Of({"US"}));
  ARROW_ASSIGN_OR_RAISE(address->country_name_, CategoryPool::Of({"United States"}));
  address->ListFields();
  return address;
}

}  // namespace

extern const GeneratorDef kAddress{
    .name = "address",
    .summary =
        "make addresses whose city, state, ZIP, zone and area code belong together",
    .params =
        "country: AT, AU, BR, CA, CH, CZ, DE, DK, EE, ES, FI, FR, GB, HR, HU, IT, MX, "
        "NL, "
        "NO, PL, PT, SE, US; only the US have counties and area codes, and real postal "
        "codes; elsewhere they have the country's pattern and begin as those of the "
        "nearest city that is known, or of their region (US)\n"
        "weight: population, or none for all ZIPs or cities alike (population)\n"
        "po_boxes: whether one in fifty of the US is a post-office box, which shops are "
        "not in; elsewhere there are none (true)",
    .example = "{address: {country: US, weight: population}}",
    .bind = Address::Bind,
};

}  // namespace lakeseed
