#include "lakeseed/run/task_run.h"

#include <algorithm>

namespace lakeseed {
namespace {

int64_t RootRows(const FamilyProgram& family, int64_t chunk_rows) {
  const double rows =
      static_cast<double>(chunk_rows) / std::max(1e-9, family.rows_per_root());
  return std::max<int64_t>(1, static_cast<int64_t>(std::min(rows, 1e9)));
}

}  // namespace

arrow::Status NamedBy(const TaskFile& file, const arrow::Status& status) {
  if (status.ok()) return status;
  const std::string root = file.target == 0 ? "" : file.storage->root() + "/";
  return status.WithMessage(root, file.plan->path, ": ", status.message());
}

TaskRun::TaskRun(const Task& task, const FamilyProgram& family,
                 std::vector<TaskFile> files, RowSelection selection, int64_t chunk_rows,
                 bool blocks)
    : task_(task),
      selection_(std::move(selection)),
      family_(family),
      files_(std::move(files)),
      root_rows_(RootRows(family, chunk_rows)),
      num_chunks_((task.rows.length() + root_rows_ - 1) / root_rows_),
      forms_{.numbered_texts = true, .blocks = blocks},
      open_(files_.size()),
      open_files_(files_.size()) {}

RowRange TaskRun::RowsOf(int64_t chunk) const {
  const int64_t begin = task_.rows.begin + chunk * root_rows_;
  return {begin, std::min(begin + root_rows_, task_.rows.end)};
}

std::optional<TaskRun::Job> TaskRun::TakeWrite() {
  for (size_t i = 0; i < open_.size(); ++i) {
    File& file = open_[i];
    if (file.is_busy || file.is_closed) continue;
    if (file.next_chunk == num_chunks_) {
      file.is_busy = true;
      return Job{Job::Kind::kClose, i, 0};
    }
    const auto chunk = chunks_.find(file.next_chunk);
    if (chunk == chunks_.end() || !chunk->second->is_ready) continue;
    file.is_busy = true;
    return Job{Job::Kind::kWrite, i, chunk->second};
  }
  return std::nullopt;
}

std::optional<TaskRun::Job> TaskRun::TakeMake() {
  if (next_to_make_ == num_chunks_) return std::nullopt;
  auto chunk = std::make_shared<Chunk>();
  chunk->index = next_to_make_++;
  chunk->files_left = files_.size();
  chunks_[chunk->index] = chunk;
  ++in_flight_;
  return Job{Job::Kind::kMake, 0, std::move(chunk)};
}

bool TaskRun::Done(const Job& job) {
  switch (job.kind) {
    case Job::Kind::kMake:
      job.chunk->is_ready = true;
      return false;
    case Job::Kind::kClose:
      open_[job.file].is_closed = true;
      --open_files_;
      return false;
    case Job::Kind::kWrite:
      break;
  }
  open_[job.file].is_busy = false;
  ++open_[job.file].next_chunk;
  if (--job.chunk->files_left > 0) return false;
  chunks_.erase(job.chunk->index);
  --in_flight_;
  return true;
}

arrow::Status TaskRun::Open() {
  for (size_t i = 0; i < files_.size(); ++i) {
    const TaskFile& file = files_[i];
    auto writer = FileSetWriter::Open(*file.format, file.storage, file.request);
    ARROW_RETURN_NOT_OK(NamedBy(file, writer.status()));
    open_[i].writer = *std::move(writer);
    forms_.numbered_texts &= open_[i].writer->TakesNumberedTexts();
  }
  return arrow::Status::OK();
}

arrow::Result<int64_t> TaskRun::Make(const Job& job, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(const auto made, family_.MakeRows(RowsOf(job.chunk->index),
                                                          selection_, pool, forms_));
  int64_t rows = 0;
  for (const auto& pieces : made) {
    for (const MadeRows& piece : pieces) rows += piece.num_rows();
  }
  // Several targets may take the same member; each drops it when it has written it.
  for (const TaskFile& file : files_) {
    job.chunk->rows.push_back(made[static_cast<size_t>(file.member)]);
  }
  return rows;
}

arrow::Result<int64_t> TaskRun::Write(const Job& job) {
  const FamilyProgram::Pieces pieces = std::move(job.chunk->rows[job.file]);
  int64_t rows = 0;
  for (const MadeRows& piece : pieces) {
    ARROW_RETURN_NOT_OK(
        open_[job.file].writer->Write(piece.Select(files_[job.file].columns)));
    rows += piece.num_rows();
  }
  return rows;
}

arrow::Result<std::vector<DataFile>> TaskRun::Close(const Job& job) {
  const FilePlan& plan = *files_[job.file].plan;
  ARROW_ASSIGN_OR_RAISE(auto files, open_[job.file].writer->Close());
  open_[job.file].writer.reset();
  int64_t rows = 0;
  for (const DataFile& file : files) rows += file.num_rows;
  if (files.front().rows != plan.rows || rows != plan.rows.length()) {
    return arrow::Status::UnknownError(rows, " rows were made, the plan says ",
                                       plan.rows.length());
  }
  return files;
}

void TaskRun::Abort() {
  for (File& file : open_) {
    if (file.writer != nullptr) (void)file.writer->Abort();
    file.writer.reset();
  }
}

}  // namespace lakeseed
