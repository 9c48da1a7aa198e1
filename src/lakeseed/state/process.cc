#include "lakeseed/state/process.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

namespace lakeseed {
namespace {

std::string HostName() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

std::string FirstLineOf(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// Number of the pid name space: in another one the same pid is another process.
std::string PidNamespace() {
  std::array<char, 64> link{};
  const ssize_t size = ::readlink("/proc/self/ns/pid", link.data(), link.size() - 1);
  return size > 0 ? std::string(link.data(), static_cast<size_t>(size)) : "";
}

struct ProcessStat {
  char state = ' ';
  std::string start;  // Clock ticks since the boot.
};

std::optional<ProcessStat> StatOf(int64_t pid) {
  const std::string line = FirstLineOf(fmt::format("/proc/{}/stat", pid));
  // The name in parentheses may hold anything, also parentheses.
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream words(line.substr(name_end + 1));
  ProcessStat stat;
  words >> stat.state;
  constexpr int kStartTime = 22, kState = 3;  // Numbers of proc(5).
  for (int field = kState + 1; field <= kStartTime; ++field) words >> stat.start;
  if (!words) return std::nullopt;
  return stat;
}

struct Mark {
  std::string boot, name_space, start;
};

Mark MarkOf(const std::string& text) {
  const size_t first = text.find('/'), last = text.rfind('/');
  if (first == std::string::npos || first == last) return {};
  return {text.substr(0, first), text.substr(first + 1, last - first - 1),
          text.substr(last + 1)};
}

}  // namespace

ProcessOwner ThisProcess() {
  ProcessOwner owner{HostName(), ::getpid(), ""};
  const std::optional<ProcessStat> stat = StatOf(owner.pid);
  owner.mark = fmt::format("{}/{}/{}", FirstLineOf("/proc/sys/kernel/random/boot_id"),
                           PidNamespace(), stat ? stat->start : "");
  return owner;
}

bool IsGone(const ProcessOwner& owner) {
  const ProcessOwner self = ThisProcess();
  if (owner.host != self.host) return false;
  const Mark there = MarkOf(owner.mark), here = MarkOf(self.mark);
  if (there.boot != here.boot) return true;  // The host was started anew.
  if (there.name_space != here.name_space) return false;
  const std::optional<ProcessStat> stat = StatOf(owner.pid);
  if (!stat) return ::kill(static_cast<pid_t>(owner.pid), 0) != 0 && errno == ESRCH;
  // A zombie works no more; it waits only for its parent to look.
  if (stat->state == 'Z' || stat->state == 'X') return true;
  return stat->start != there.start;
}

}  // namespace lakeseed
