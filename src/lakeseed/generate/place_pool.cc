#include "lakeseed/generate/place_pool.h"

#include <string_view>

#include "lakeseed/base/function.h"

namespace lakeseed {
namespace {

constexpr double kQuarterTurn = 0.25, kDegreesPerTurn = 360;

/// Append the codes of the words of `text` to `list`.
void AddWords(std::string_view text, CategoryPool* pool, std::vector<int32_t>* list) {
  for (size_t begin = 0; begin < text.size();) {
    size_t end = text.find(' ', begin);
    if (end == std::string_view::npos) end = text.size();
    if (end > begin) {
      list->push_back(pool->Add(text.substr(begin, end - begin)));
    }
    begin = end + 1;
  }
}

}  // namespace

arrow::Result<PlacePool> PlacePool::Read(bool by_people) {
  PlacePool pool;
  ARROW_ASSIGN_OR_RAISE(pool.table_, Vocabulary("us_places"));
  std::vector<double> shares(static_cast<size_t>(pool.table_->num_rows()), 1.0);
  if (by_people) {
    ARROW_ASSIGN_OR_RAISE(const auto weights, pool.table_->Integers("weight"));
    shares.assign(weights.begin(), weights.end());
  }
  ARROW_ASSIGN_OR_RAISE(pool.law_, AliasTable::Make(shares));
  return pool;
}

HeldPoolPtr<PlacePool> PlacePool::Hold(bool by_people) {
  static HeldPools<PlacePool> pools;
  return pools.Hold(by_people ? "by people" : "alike",
                    [by_people] { return Read(by_people); });
}

auto PlacePool::TextsOf(Kind kind) const -> arrow::Result<const Texts*> {
  return texts_[static_cast<size_t>(kind)].Get([&] { return ReadTexts(kind); });
}

auto PlacePool::area_codes() const -> arrow::Result<const AreaCodes*> {
  return area_codes_.Get([&] { return ReadAreaCodes(); });
}

auto PlacePool::points() const -> arrow::Result<const Points*> {
  return points_.Get([&] { return ReadPoints(); });
}

auto PlacePool::ReadTexts(Kind kind) const -> arrow::Result<Texts> {
  static constexpr std::array<std::string_view, kNumKinds> kColumns = {
      "zip", "city", "state", "state_name", "county", "time_zone", "region"};
  ARROW_ASSIGN_OR_RAISE(const auto column,
                        table_->Text(kColumns[static_cast<size_t>(kind)]));
  Texts texts;
  texts.code_of.reserve(column.size());
  for (const std::string_view text : column) {
    texts.code_of.push_back(texts.pool.Add(text));
    if (kind == Kind::kZip &&
        static_cast<size_t>(texts.pool.size()) < texts.code_of.size()) {
      return arrow::Status::Invalid("us_places: twice: ", text);
    }
  }
  ARROW_RETURN_NOT_OK(texts.pool.Freeze());
  return texts;
}

auto PlacePool::ReadAreaCodes() const -> arrow::Result<AreaCodes> {
  ARROW_ASSIGN_OR_RAISE(const auto column, table_->Text("area_codes"));
  AreaCodes codes;
  std::vector<int32_t>& list = codes.list;
  codes.begins.reserve(column.size() + 1);
  for (size_t i = 0; i < column.size(); ++i) {
    const size_t begin = list.size();
    if (i > 0 && column[i] == column[i - 1]) {  // As most neighbours.
      for (auto k = static_cast<size_t>(codes.begins[i - 1]); k < begin; ++k) {
        list.push_back(list[k]);
      }
    } else {
      AddWords(column[i], &codes.pool, &list);
    }
    if (list.size() == begin) {
      return arrow::Status::Invalid("us_places: no area code in row ", i);
    }
    codes.begins.push_back(static_cast<int32_t>(list.size()));
  }
  ARROW_RETURN_NOT_OK(codes.pool.Freeze());
  return codes;
}

auto PlacePool::ReadPoints() const -> arrow::Result<Points> {
  ARROW_ASSIGN_OR_RAISE(const auto latitudes, table_->Doubles("latitude"));
  ARROW_ASSIGN_OR_RAISE(const auto longitudes, table_->Doubles("longitude"));
  Points points{.latitudes = {latitudes.begin(), latitudes.end()},
                .longitudes = {longitudes.begin(), longitudes.end()},
                .longitude_scales = {}};
  points.longitude_scales.reserve(latitudes.size());
  for (const double latitude : latitudes) {
    points.longitude_scales.push_back(1 /
                                      Sine(latitude / kDegreesPerTurn + kQuarterTurn));
  }
  return points;
}

}  // namespace lakeseed
