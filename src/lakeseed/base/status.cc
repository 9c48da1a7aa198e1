#include "lakeseed/base/status.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace lakeseed {
namespace {

constexpr char kDetailType[] = "lakeseed::Diagnostics";

class Diagnostics final : public arrow::StatusDetail {
 public:
  Diagnostics(ExitCode code, std::vector<Diagnostic> list)
      : code_(code), list_(std::move(list)) {}

  const char* type_id() const override { return kDetailType; }
  std::string ToString() const override { return fmt::format("{} found", list_.size()); }
  ExitCode code() const { return code_; }
  const std::vector<Diagnostic>& list() const { return list_; }

 private:
  const ExitCode code_;
  const std::vector<Diagnostic> list_;
};

const Diagnostics* DetailOf(const arrow::Status& status) {
  const auto& detail = status.detail();
  if (detail == nullptr || std::string_view(detail->type_id()) != kDetailType) {
    return nullptr;
  }
  return static_cast<const Diagnostics*>(detail.get());
}

arrow::Status Make(ExitCode code, std::vector<Diagnostic> list) {
  std::string message;
  for (const Diagnostic& one : list) {
    if (!message.empty()) message += "\n";
    message += one.ToString();
  }
  const auto kind = code == ExitCode::kRequest ? arrow::StatusCode::Invalid
                                               : arrow::StatusCode::IOError;
  return arrow::Status(kind, message,
                       std::make_shared<Diagnostics>(code, std::move(list)));
}

}  // namespace

std::string Place::ToString() const {
  std::string text = file;
  if (line > 0) text += fmt::format(":{}", line);
  if (line > 0 && column > 0) text += fmt::format(":{}", column);
  return text;
}

std::string Diagnostic::ToString() const {
  std::string text = place.ToString();
  for (const std::string* part : {&path, &reason}) {
    if (part->empty()) continue;
    if (!text.empty()) text += ": ";
    text += *part;
  }
  if (value) text += ": " + *value;
  if (!hint.empty()) text += "\n\nhint: " + hint;
  return text;
}

arrow::Status RequestError(std::string reason, std::string hint) {
  return ErrorWithCode(ExitCode::kRequest, std::move(reason), std::move(hint));
}

arrow::Status SpecErrors(std::vector<Diagnostic> diagnostics) {
  return Make(ExitCode::kRequest, std::move(diagnostics));
}

arrow::Status ErrorWithCode(ExitCode code, std::string reason, std::string hint) {
  Diagnostic one;
  one.reason = std::move(reason);
  one.hint = std::move(hint);
  return Make(code, {std::move(one)});
}

std::vector<Diagnostic> DiagnosticsOf(const arrow::Status& status) {
  if (status.ok()) return {};
  if (const Diagnostics* detail = DetailOf(status)) return detail->list();
  Diagnostic one;
  one.reason = status.message();
  return {std::move(one)};
}

ExitCode ExitCodeOf(const arrow::Status& status) {
  if (status.ok()) return ExitCode::kDone;
  const Diagnostics* detail = DetailOf(status);
  if (detail == nullptr && status.IsCancelled()) return ExitCode::kInterrupted;
  return detail == nullptr ? ExitCode::kFailed : detail->code();
}

std::string Render(const arrow::Status& status) {
  std::string text;
  for (const Diagnostic& one : DiagnosticsOf(status)) {
    text += "error: " + one.ToString() + "\n";
  }
  return text;
}

}  // namespace lakeseed
