// The program: finds the command, runs it, turns its status into an exit code.

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <new>

#include "lakeseed/base/allocator.h"
#include "lakeseed/base/simd_level.h"
#include "lakeseed/base/vocabulary.h"
#include "lakeseed/cli/arguments.h"
#include "lakeseed/cli/dictionary_defaults.h"
#include "lakeseed/cli/terminal.h"
#include "lakeseed/spec/load.h"
#include "lakeseed/write/object_store.h"
#include "lakeseed/write/storage_fault.h"

namespace lakeseed {
namespace {

/// The data that the program reads lies beside it, or where the environment says.
void FindData() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path home = error ? "." : self.parent_path();
  const char* datasets = std::getenv("LAKESEED_DATASETS");
  SetDatasetDirectory(datasets != nullptr ? datasets : (home / "datasets").string());
  SetVocabularyDirectory((home / "vocab").string());
}

/// Less than the machine has: for tests, and to find out what is wrong.
arrow::Status ChooseSimdLevel() {
  const char* level = std::getenv("LAKESEED_SIMD");
  return level == nullptr || *level == '\0' ? arrow::Status::OK() : SetSimdLevel(level);
}

arrow::Status SetFault() {
  const char* fault = std::getenv("LAKESEED_FAULT");
  if (fault == nullptr || *fault == '\0') return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const StorageFault parsed, ParseStorageFault(fault));
  SetStorageFault(parsed);
  return arrow::Status::OK();
}

/// Words after the program's name, without the leading words of other programs.
std::vector<std::string> WordsOf(int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (!words.empty() && words[0] == "package") words.erase(words.begin());
  if (!words.empty() && words[0] == "synthetic-data") words.erase(words.begin());
  // `list generators` is `list-generators`.
  if (words.size() > 1 && words[0] == "list" && !words[1].starts_with("-")) {
    words[1] = "list-" + words[1];
    words.erase(words.begin());
  }
  return words;
}

bool AsksForHelp(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--help" || word == "-h") return true;
  }
  return false;
}

arrow::Result<ExitCode> RunProgram(std::vector<std::string> words) {
  if (words.empty()) {
    return RequestError("a command is missing", "`lakeseed --help` prints them all");
  }
  if (words[0] == "help") words[0] = "--help";
  if (words[0] == "--help" || words[0] == "-h") {
    if (words.size() == 1) {
      Print(ProgramHelp());
      return ExitCode::kDone;
    }
    std::swap(words[0], words[1]);
  }
  if (words[0] == "--version") {
    Print(std::string("lakeseed ") + std::string(kVersion) + "\n");
    return ExitCode::kDone;
  }
  if (words[0].starts_with('-')) {
    return UnknownWord("option", words[0], {"--help", "--version"});
  }
  ARROW_ASSIGN_OR_RAISE(const CommandDef* command, FindCommand(words[0]));
  words.erase(words.begin());
  if (AsksForHelp(words)) {
    Print(CommandHelp(*command));
    return ExitCode::kDone;
  }
  ChooseAllocator();
  FindData();
  ARROW_RETURN_NOT_OK(ChooseSimdLevel());
  ARROW_RETURN_NOT_OK(SetFault());
  ARROW_ASSIGN_OR_RAISE(Arguments arguments, Arguments::Parse(*command, words));
  ARROW_RETURN_NOT_OK(TakeDictionary(&arguments));
  return command->run(arguments);
}

arrow::Result<ExitCode> RunCaught(int argc, char** argv) {
  try {
    return RunProgram(WordsOf(argc, argv));
  } catch (const std::bad_alloc&) {
    return arrow::Status::OutOfMemory("out of memory");
  } catch (const std::exception& error) {
    return arrow::Status::UnknownError("the program failed: ", error.what());
  }
}

int Main(int argc, char** argv) {
  const arrow::Result<ExitCode> result = RunCaught(argc, argv);
  EndObjectStores();
  const arrow::Status flushed = FlushOutput();
  if (!result.ok()) {
    PrintError(result.status());
    return static_cast<int>(ExitCodeOf(result.status()));
  }
  if (!flushed.ok()) {
    PrintError(flushed);
    return static_cast<int>(ExitCodeOf(flushed));
  }
  return static_cast<int>(*result);
}

}  // namespace
}  // namespace lakeseed

int main(int argc, char** argv) {
  const int code = lakeseed::Main(argc, argv);
#ifdef __SANITIZE_ADDRESS__
  return code;  // Leaks are looked for when the program returns.
#else
  // The registries and tables of libraries end with the process; to take them apart
  // first is a tenth of the CPU of a small run.
  std::_Exit(code);
#endif
}
