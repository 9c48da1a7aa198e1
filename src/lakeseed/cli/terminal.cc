#include "lakeseed/cli/terminal.h"

#include <arrow/util/io_util.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "lakeseed/base/status.h"

namespace lakeseed {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void OnSignal(int) {
  // Whoever asks twice does not want to wait; what is staged stays invisible.
  if (interrupted.exchange(true)) ::_exit(static_cast<int>(ExitCode::kInterrupted));
}

int output_error = 0;

}  // namespace

void Print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    output_error = errno;
}

void PrintJson(const nlohmann::ordered_json& json) {
  using nlohmann::ordered_json;
  Print(json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

void Note(std::string_view text) {
  const std::string line = fmt::format("{}\n", text);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void PrintError(const arrow::Status& status) {
  std::string text = Render(status);
  // Storage says what it did; the system says why that failed.
  if (const int error = arrow::internal::ErrnoFromStatus(status); error != 0) {
    const std::string reason = std::strerror(error);
    if (text.ends_with('\n') && text.find(reason) == std::string::npos) {
      text.insert(text.size() - 1, ": " + reason);
    }
  }
  if (UsesColor()) {
    static constexpr std::string_view kWord = "error:";
    for (size_t at = 0; (at = text.find(kWord, at)) != std::string::npos;) {
      if (at != 0 && text[at - 1] != '\n') {
        ++at;
        continue;
      }
      const std::string colored = fmt::format("\x1b[1;31m{}\x1b[0m", kWord);
      text.replace(at, kWord.size(), colored);
      at += colored.size();
    }
  }
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

arrow::Status FlushOutput() {
  if (std::fflush(stdout) != 0) output_error = errno;
  if (output_error == 0 && std::ferror(stdout) == 0) return arrow::Status::OK();
  return arrow::Status::IOError("cannot write to stdout: ",
                                std::strerror(output_error == 0 ? EIO : output_error));
}

bool IsTerminal() {
  static const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
  return is_terminal;
}

bool UsesColor() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return IsTerminal() && (no_color == nullptr || *no_color == '\0') &&
         (term == nullptr || std::string_view(term) != "dumb");
}

int TerminalWidth() {
  struct winsize size {};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

const std::atomic<bool>* CatchInterrupts() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return &interrupted;
}

}  // namespace lakeseed
