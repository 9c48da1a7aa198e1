// TaskRun: one task under way: its open files, and the chunks between the threads
// that make rows and those that write them.
//
// Laws: each file takes the chunks in order, one writer at a time; so its bytes
// depend on the rows alone.
//
// Thread safety: the Take and Done calls are made under the scheduler's lock;
// Open, Make, Write and Close do the work, without it.

#pragma once

#include <arrow/api.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "lakeseed/plan/plan.h"
#include "lakeseed/run/family_program.h"
#include "lakeseed/write/file_set_writer.h"

namespace lakeseed {

/// A file of a task, with all that is needed to open it.
struct TaskFile {
  size_t target = 0;  ///< Place of its target in the run.
  const FilePlan* plan = nullptr;
  const FileFormatDef* format = nullptr;
  Storage* storage = nullptr;
  int member = 0;            ///< In the FamilyProgram.
  std::vector<int> columns;  ///< Of the member's, in their order.
  FileRequest request;
};

/// An error with the name of the file: of another target than the first, in full.
arrow::Status NamedBy(const TaskFile& file, const arrow::Status& status);

class TaskRun {
 public:
  /// Some rows of the family between making and writing.
  struct Chunk {
    int64_t index = 0;
    std::vector<FamilyProgram::Pieces> rows;  ///< By file.
    bool is_ready = false;
    size_t files_left = 0;
  };
  struct Job {
    enum class Kind { kMake, kWrite, kClose };
    Kind kind;
    size_t file = 0;               ///< kWrite, kClose.
    std::shared_ptr<Chunk> chunk;  ///< kMake, kWrite.
  };

  TaskRun(const Task& task, const FamilyProgram& family, std::vector<TaskFile> files,
          RowSelection selection, int64_t chunk_rows, bool blocks);

  const Task& task() const { return task_; }
  const std::vector<TaskFile>& files() const { return files_; }
  int chunks_in_flight() const { return in_flight_; }
  size_t open_files() const { return open_files_; }
  bool is_done() const { return open_files_ == 0; }

  /// A write or close that can begin now; it is the caller's from here on.
  std::optional<Job> TakeWrite();
  /// The next chunk to make, if there is one.
  std::optional<Job> TakeMake();
  /// A job has succeeded; true when a chunk is written to all files.
  bool Done(const Job& job);

  arrow::Status Open();
  /// Rows made, of all members.
  arrow::Result<int64_t> Make(const Job& job, arrow::MemoryPool* pool);
  /// Rows written.
  arrow::Result<int64_t> Write(const Job& job);
  /// The facts of the file, or of its partitions' files.
  arrow::Result<std::vector<DataFile>> Close(const Job& job);
  /// Leave nothing behind of files that are not closed.
  void Abort();

  std::chrono::steady_clock::time_point started() const { return started_; }

 private:
  struct File {
    std::unique_ptr<FileSetWriter> writer;
    int64_t next_chunk = 0;
    bool is_busy = false;
    bool is_closed = false;
  };

  RowRange RowsOf(int64_t chunk) const;

  const Task& task_;
  const RowSelection selection_;
  const FamilyProgram& family_;
  const std::vector<TaskFile> files_;
  const int64_t root_rows_;  ///< Of one chunk.
  const int64_t num_chunks_;
  ColumnForms forms_;  ///< What all files take.
  std::vector<File> open_;
  std::map<int64_t, std::shared_ptr<Chunk>> chunks_;
  int64_t next_to_make_ = 0;
  int in_flight_ = 0;
  size_t open_files_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace lakeseed
