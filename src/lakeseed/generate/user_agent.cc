// user_agent: device, operating system and browser that belong together, and the text
// that this browser sends on that day.
//
// Law     Device by its weights (or as told), system and browser by the table's weights
//         for the device. With `visitor` system and browser are the visitor's on that
//         device, from one visit to the next; only the version moves on, never back.
// Law     A version is the newest of the day less a lag of releases, whose number is
//         geometric with mean 1: a new Chrome and Edge every 30.6 days (100 on
//         2022-03-29), Firefox every 28.4 (100 on 2022-05-03), Safari each September.
// Source  Table user_agents of the vocabulary.

#include <arrow/api.h>

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeseed/base/alias_table.h"
#include "lakeseed/base/cell.h"
#include "lakeseed/base/date.h"
#include "lakeseed/base/number_text.h"
#include "lakeseed/base/suggest.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/generate/bind_context.h"
#include "lakeseed/generate/category_pool.h"
#include "lakeseed/generate/input_text.h"
#include "lakeseed/generate/struct_generator.h"
#include "lakeseed/generate/text_block.h"
#include "lakeseed/spec/params.h"

namespace lakeseed {
namespace {

constexpr std::array<std::string_view, 3> kDevices = {"mobile", "desktop", "tablet"};
constexpr std::pair<std::string_view, double> kDeviceWeights[] = {
    {"mobile", 0.55}, {"desktop", 0.38}, {"tablet", 0.07}};
constexpr int kMostLag = 8;        ///< Releases that the slowest browser is behind.
constexpr int32_t kLagDays = 30;   ///< Days that a release lasts, for the lag.
constexpr int64_t kMostText = 32;  ///< Digits of the versions in one text.

enum FieldIndex : int { kText, kDevice, kSystem, kBrowser, kVersion };
enum CellDraw : int64_t { kDeviceDraw, kBrowserDraw, kLagDraw };

int64_t FloorDiv(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// A release train: version `at` on day `day`, one more every tenths / 10 days.
struct Train {
  int32_t day;
  int64_t at;
  int64_t tenths;

  int64_t VersionOn(int32_t on) const {
    return std::max<int64_t>(at + FloorDiv((int64_t{on} - day) * 10, tenths), 1);
  }
};

/// Major and minor version of Safari, and of the systems that carry it.
std::pair<int64_t, int64_t> SafariOn(int32_t day) {
  constexpr int32_t kFirstYear = 2014;  // Safari 8; from 2025 on named by the year.
  const CivilDate date = CivilFromDays(day);
  const int32_t year = day >= DaysFromCivil(date.year, 9, 16) ? date.year : date.year - 1;
  const int64_t major = std::max(year, kFirstYear) - kFirstYear + 8;
  const int64_t minor = (day - DaysFromCivil(year, 9, 16)) / 50;
  return {major >= 19 ? major + 7 : major, std::min<int64_t>(minor, 6)};
}

enum class Slot { kChrome, kFirefox, kSafari, kIos, kSamsung, kSamsungChrome };
constexpr std::pair<std::string_view, Slot> kSlots[] = {
    {"chrome", Slot::kChrome},   {"firefox", Slot::kFirefox},
    {"safari", Slot::kSafari},   {"ios", Slot::kIos},
    {"samsung", Slot::kSamsung}, {"samsung_chrome", Slot::kSamsungChrome}};

char* WriteVersion(Slot slot, int32_t day, char* out) {
  constexpr Train kChromeTrain = {19080, 100, 306};   // 2022-03-29
  constexpr Train kFirefoxTrain = {19115, 100, 284};  // 2022-05-03
  constexpr Train kSamsungTrain = {19631, 23, 1500};  // 2023-10-01
  constexpr int64_t kSamsungBehindChrome = 92;
  switch (slot) {
    case Slot::kChrome:
      return WriteInteger(kChromeTrain.VersionOn(day), out);
    case Slot::kFirefox:
      return WriteInteger(kFirefoxTrain.VersionOn(day), out);
    case Slot::kSamsung:
      return WriteInteger(kSamsungTrain.VersionOn(day), out);
    case Slot::kSamsungChrome:
      return WriteInteger(kSamsungTrain.VersionOn(day) + kSamsungBehindChrome, out);
    case Slot::kSafari:
    case Slot::kIos:
      break;
  }
  const auto [major, minor] = SafariOn(day);
  out = WriteInteger(major, out);
  *out++ = slot == Slot::kIos ? '_' : '.';
  return WriteInteger(minor, out);
}

/// One row of the table: a text cut at its versions.
struct Client {
  int32_t device, system, browser;
  std::vector<std::pair<std::string, Slot>> parts;  ///< Text, then a version.
  std::string end;                                  ///< Text after the last one.
  Slot own = Slot::kChrome;                         ///< The browser's own version.

  char* Write(int32_t day, char* out) const {
    for (const auto& [text, slot] : parts) {
      out = WriteVersion(slot, day, WriteText(text, out));
    }
    return WriteText(end, out);
  }
};

class UserAgent final : public StructGenerator {
 public:
  static arrow::Result<std::unique_ptr<ColumnGenerator>> Bind(Params& params,
                                                              BindContext& context);

 protected:
  arrow::Result<std::unique_ptr<Block>> Open(
      const GenerateRequest& request) const override;

 private:
  class Clients;

  arrow::Status ReadInputs(Params& params, BindContext& context);
  arrow::Status ReadTable(Params& params);

  Key key_;
  int day_ = -1, visitor_ = -1, device_ = -1;  ///< Inputs.
  int32_t fixed_day_ = 0;                      ///< Where there is no input.
  AliasTable device_law_;
  std::vector<Client> clients_;
  std::array<AliasTable, kDevices.size()> laws_;
  std::array<std::vector<int32_t>, kDevices.size()> of_device_;
  CategoryPool devices_, systems_, browsers_;
  int64_t max_size_ = 0;
};

/// What each row of one request browses with.
class UserAgent::Clients final : public StructGenerator::Block {
 public:
  Clients(const UserAgent& owner, const GenerateRequest& request)
      : owner_(owner), request_(request), n_(request.rows.length()) {}

  arrow::Status Pick();
  arrow::Result<std::shared_ptr<arrow::Array>> Make(int field) override;

 private:
  const Client& client(int64_t i) const {
    return owner_.clients_[static_cast<size_t>(picks_[static_cast<size_t>(i)])];
  }
  int32_t day(int64_t i) const { return days_[static_cast<size_t>(i)]; }
  arrow::Result<std::shared_ptr<arrow::Array>> Texts(bool whole);

  const UserAgent& owner_;
  const GenerateRequest& request_;
  const int64_t n_;
  std::vector<int32_t> picks_, days_;
};

arrow::Status UserAgent::Clients::Pick() {
  std::vector<int32_t> devices(static_cast<size_t>(n_), -1);
  const auto input = [&](int index) {
    return request_.inputs[static_cast<size_t>(index)];
  };
  if (owner_.device_ >= 0) {
    std::map<std::string, int32_t, std::less<>> numbers;
    for (size_t d = 0; d < kDevices.size(); ++d) {
      std::string name(kDevices[d]);
      numbers[name] = static_cast<int32_t>(d);
      name[0] = static_cast<char>(name[0] - 'a' + 'A');
      numbers[name] = static_cast<int32_t>(d);
    }
    ARROW_RETURN_NOT_OK(
        MatchText(*input(owner_.device_), numbers, -1, -1, devices.data()));
  }
  const arrow::Int64Array* visitors =
      owner_.visitor_ < 0
          ? nullptr
          : static_cast<const arrow::Int64Array*>(input(owner_.visitor_).get());
  const int32_t* days =
      owner_.day_ < 0 ? nullptr : input(owner_.day_)->data()->GetValues<int32_t>(1);
  picks_.resize(devices.size());
  days_.resize(devices.size());
  for (int64_t i = 0; i < n_; ++i) {
    const int64_t row = request_.rows[i];
    const auto place = static_cast<size_t>(i);
    int64_t device = devices[place];
    if (device < 0) device = owner_.device_law_.Pick(Cell(owner_.key_, row, kDeviceDraw));
    const bool known = visitors != nullptr && visitors->IsValid(i);
    // A visitor's things have a stream of their own for each device.
    const Key key = owner_.key_.Sub(known ? device : -1);
    const int64_t who = known ? visitors->Value(i) : row;
    const auto d = static_cast<size_t>(device);
    picks_[place] = owner_.of_device_[d][static_cast<size_t>(
        owner_.laws_[d].Pick(Cell(key, who, kBrowserDraw)))];
    const int lag = std::min(std::countl_one(Cell(key, who, kLagDraw)), kMostLag);
    days_[place] = (days == nullptr ? owner_.fixed_day_ : days[i]) - lag * kLagDays;
  }
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Array>> UserAgent::Clients::Texts(bool whole) {
  ARROW_ASSIGN_OR_RAISE(TextBlock block,
                        TextBlock::Make(n_, owner_.max_size_, false, request_.pool));
  for (int64_t i = 0; i < n_; ++i) {
    const Client& one = client(i);
    block.End(whole ? one.Write(day(i), block.cursor())
                    : WriteVersion(one.own, day(i), block.cursor()));
  }
  return block.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> UserAgent::Clients::Make(int field) {
  const auto codes = [&](const CategoryPool& pool, int32_t Client::*member) {
    return pool.Codes(n_, request_.pool,
                      [&, member](int64_t i) { return client(i).*member; });
  };
  switch (field) {
    case kText:
    case kVersion:
      return Texts(field == kText);
    case kDevice:
      return codes(owner_.devices_, &Client::device);
    case kSystem:
      return codes(owner_.systems_, &Client::system);
    case kBrowser:
      return codes(owner_.browsers_, &Client::browser);
    default:
      return arrow::Status::IndexError("user_agent has no field number ", field);
  }
}

arrow::Result<std::unique_ptr<StructGenerator::Block>> UserAgent::Open(
    const GenerateRequest& request) const {
  auto block = std::make_unique<Clients>(*this, request);
  ARROW_RETURN_NOT_OK(block->Pick());
  return block;
}

arrow::Status UserAgent::ReadInputs(Params& params, BindContext& context) {
  const auto input = [&](const char* name, arrow::Type::type type,
                         const char* kind) -> arrow::Result<int> {
    const SpecNode* node = params.Find(name);
    if (node == nullptr) return -1;
    ARROW_ASSIGN_OR_RAISE(const BoundInput bound, context.Input(*node));
    const bool is_text = type == arrow::Type::STRING && CanMatchText(*bound.type);
    if (bound.type->id() != type && !is_text) {
      return params.Error(name, std::string("must be ") + kind, bound.type->ToString());
    }
    return bound.index;
  };
  ARROW_ASSIGN_OR_RAISE(visitor_, input("visitor", arrow::Type::INT64, "a key"));
  ARROW_ASSIGN_OR_RAISE(day_, input("day", arrow::Type::DATE32, "a date"));
  ARROW_ASSIGN_OR_RAISE(device_, input("device", arrow::Type::STRING, "text"));
  fixed_day_ = context.window().to;
  if (day_ < 0 && context.rows().has_times()) {
    ARROW_ASSIGN_OR_RAISE(const BoundInput day, context.Input("$day"));
    day_ = day.index;
  }
  std::array<double, kDevices.size()> weights{};
  for (size_t d = 0; d < kDevices.size(); ++d) weights[d] = kDeviceWeights[d].second;
  if (params.Find("devices") != nullptr) {
    if (device_ >= 0) return params.Error("devices", "give device or devices, not both");
    weights = {};
    ARROW_ASSIGN_OR_RAISE(const auto given, params.GetWeights("devices"));
    for (const auto& [node, weight] : given) {
      const auto* found = std::find(kDevices.begin(), kDevices.end(), node.text);
      if (found == kDevices.end()) {
        return params.Error("devices", "unknown device", node.text,
                            "devices: mobile, desktop, tablet");
      }
      weights[static_cast<size_t>(found - kDevices.begin())] += weight;
    }
  }
  ARROW_ASSIGN_OR_RAISE(device_law_, AliasTable::Make(weights));
  return arrow::Status::OK();
}

/// Cut `text` at its braces.
arrow::Status CutText(std::string_view text, Client* client) {
  for (size_t open; (open = text.find('{')) != std::string_view::npos;) {
    const size_t close = text.find('}', open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto* slot = std::find_if(std::begin(kSlots), std::end(kSlots),
                                    [&](const auto& one) { return one.first == name; });
    if (close == std::string_view::npos || slot == std::end(kSlots)) {
      return arrow::Status::Invalid("user_agents: unknown version: ", name);
    }
    client->parts.emplace_back(text.substr(0, open), slot->second);
    const bool is_first = client->parts.size() == 1;
    // A system's version stands before the browser's.
    if (is_first || client->own == Slot::kIos) client->own = slot->second;
    text.remove_prefix(close + 1);
  }
  client->end = text;
  return arrow::Status::OK();
}

/// Names under `key`; empty: all. One that the table does not have is an error.
arrow::Result<std::vector<std::string>> ReadNames(
    Params& params, std::string_view key, const std::vector<std::string_view>& known) {
  std::vector<std::string> names;
  if (params.Find(key) == nullptr) return names;
  ARROW_ASSIGN_OR_RAISE(const auto given, params.GetWeights(key));
  for (const auto& [node, weight] : given) {
    if (std::find(known.begin(), known.end(), node.text) == known.end()) {
      return params.Error(key, "not in the vocabulary", node.text,
                          DidYouMean(node.text, known));
    }
    names.push_back(node.text);
  }
  return names;
}

arrow::Status UserAgent::ReadTable(Params& params) {
  ARROW_ASSIGN_OR_RAISE(const auto table, Vocabulary("user_agents"));
  ARROW_ASSIGN_OR_RAISE(const auto devices, table->Text("device"));
  ARROW_ASSIGN_OR_RAISE(const auto systems, table->Text("os"));
  ARROW_ASSIGN_OR_RAISE(const auto browsers, table->Text("browser"));
  ARROW_ASSIGN_OR_RAISE(const auto texts, table->Text("text"));
  ARROW_ASSIGN_OR_RAISE(const auto weights, table->Integers("weight"));
  const auto as_list = [](const auto& column) {
    return std::vector<std::string_view>(column.begin(), column.end());
  };
  ARROW_ASSIGN_OR_RAISE(const auto systems_asked,
                        ReadNames(params, "systems", as_list(systems)));
  ARROW_ASSIGN_OR_RAISE(const auto browsers_asked,
                        ReadNames(params, "browsers", as_list(browsers)));
  const auto asked = [](const std::vector<std::string>& names, std::string_view name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const std::string_view device : kDevices) devices_.Add(device);
  std::array<std::vector<double>, kDevices.size()> shares;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!asked(systems_asked, systems[i]) || !asked(browsers_asked, browsers[i]))
      continue;
    Client client{devices_.Add(devices[i]),
                  systems_.Add(systems[i]),
                  browsers_.Add(browsers[i]),
                  {},
                  {}};
    ARROW_RETURN_NOT_OK(CutText(texts[i], &client));
    const auto device = static_cast<size_t>(client.device);
    of_device_[device].push_back(static_cast<int32_t>(clients_.size()));
    shares[device].push_back(static_cast<double>(weights[i]));
    max_size_ = std::max(max_size_, static_cast<int64_t>(texts[i].size()) + kMostText);
    clients_.push_back(std::move(client));
  }
  for (size_t d = 0; d < kDevices.size(); ++d) {
    if (shares[d].empty()) {
      return params.Error("browsers", "leaves none for a device",
                          std::string(kDevices[d]),
                          "name one more browser, or leave systems out");
    }
    ARROW_ASSIGN_OR_RAISE(laws_[d], AliasTable::Make(shares[d]));
  }
  ARROW_RETURN_NOT_OK(devices_.Freeze());
  ARROW_RETURN_NOT_OK(systems_.Freeze());
  return browsers_.Freeze();
}

arrow::Result<std::unique_ptr<ColumnGenerator>> UserAgent::Bind(Params& params,
                                                                BindContext& context) {
  auto made = std::make_unique<UserAgent>();
  made->key_ = context.key("value");
  ARROW_RETURN_NOT_OK(made->ReadInputs(params, context));
  ARROW_RETURN_NOT_OK(made->ReadTable(params));
  ARROW_RETURN_NOT_OK(params.Finish());
  const ColumnShape text{.kind = ShapeKind::kText};
  made->SetFields({{"user_agent", arrow::utf8(), text},
                   {"device", made->devices_.type(), made->devices_.shape()},
                   {"os", made->systems_.type(), made->systems_.shape()},
                   {"browser", made->browsers_.type(), made->browsers_.shape()},
                   {"version", arrow::utf8(), text}});
  return made;
}

}  // namespace

extern const GeneratorDef kUserAgent{
    .name = "user_agent",
    .summary = "make browsers whose device, system, version and text belong together",
    .params =
        "devices: weights of mobile, desktop and tablet (0.55, 0.38, 0.07)\n"
        "device: instead, an expression that says the device of each row (none)\n"
        "browsers: only these (all)\n"
        "systems: only these operating systems (all)\n"
        "visitor: key of who visits, and keeps system and browser on a device (none)\n"
        "day: date that decides the version ($day of events, else the window's last)",
    .example = "{user_agent: {devices: {mobile: 0.6, desktop: 0.4}}}",
    .bind = UserAgent::Bind,
};

}  // namespace lakeseed
