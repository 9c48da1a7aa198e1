#include "lakeseed/feed/row_changes.h"

#include <algorithm>

#include "lakeseed/generate/arrival.h"
#include "lakeseed/generate/changes.h"
#include "lakeseed/generate/children_of.h"
#include "lakeseed/generate/history_rows.h"
#include "lakeseed/generate/population.h"

namespace lakeseed {

RowChanges::RowChanges(const BoundDataset& dataset, const BoundTable& table,
                       const Variation& variation, int64_t piece_rows)
    : table_(table),
      root_(dataset.table(table.root)),
      variation_(variation),
      piece_rows_(piece_rows) {
  if (root_.spec->history) {
    base_ = &dataset.table(dataset.FindTable(root_.spec->history->of));
  }
  double rows = 1;
  for (const BoundTable* at = &table; at->index != root_.index;
       at = &dataset.table(at->parent)) {
    const Fanout* fanout = at->rows->fanout();
    path_.insert(path_.begin(), fanout);
    const FanoutMean mean = fanout->mean();
    rows *= static_cast<double>(mean.num) / static_cast<double>(mean.den);
  }
  const double roots = static_cast<double>(piece_rows) / std::max(rows, 1e-3);
  piece_roots_ = std::max<int64_t>(1, static_cast<int64_t>(std::min(roots, 1e7)));
}

arrow::Status RowChanges::Cut(RowRange rows, Fate fate, const Visit& visit) const {
  for (int64_t begin = rows.begin; begin < rows.end; begin += piece_rows_) {
    const Rows part(RowRange{begin, std::min(begin + piece_rows_, rows.end)});
    RowPiece piece;
    (fate == Fate::kStay ? piece.stay : piece.come) = part;
    ARROW_RETURN_NOT_OK(visit(piece));
  }
  return arrow::Status::OK();
}

arrow::Result<Rows> RowChanges::Below(Rows roots) const {
  for (const Fanout* fanout : path_) {
    Rows children;
    std::vector<int32_t> offsets;
    ARROW_RETURN_NOT_OK(ChildrenOf(*fanout, roots, &children, &offsets));
    roots = std::move(children);
  }
  return roots;
}

arrow::Status RowChanges::VisitBelow(Rows gone, Rows stay, Rows come,
                                     const Visit& visit) const {
  RowPiece piece;
  ARROW_ASSIGN_OR_RAISE(piece.gone, Below(std::move(gone)));
  ARROW_ASSIGN_OR_RAISE(piece.stay, Below(std::move(stay)));
  ARROW_ASSIGN_OR_RAISE(piece.come, Below(std::move(come)));
  return visit(piece);
}

// Versions that end on the day, then those that begin on it: they have the highest
// numbers.
arrow::Status RowChanges::EachVersion(int32_t day, const Visit& visit) const {
  const HistoryRows& history = *root_.rows->history();
  const RowRange before = history.Extent({0, day - 1});
  if (variation_.kind == Variation::Kind::kOnChange) {
    std::vector<int64_t> members = base_->rows->population()->DeathsOn(day);
    if (const Changes* changes = base_->rows->changes()) {
      const std::vector<int64_t> changed = changes->On(day);
      members.insert(members.end(), changed.begin(), changed.end());
    }
    std::vector<int64_t> ended;
    for (const int64_t member : members) ended.push_back(history.KeyOf(member, day - 1));
    std::sort(ended.begin(), ended.end());
    const Rows all(std::move(ended));
    for (int64_t begin = 0; begin < all.length(); begin += piece_rows_) {
      RowPiece piece;
      piece.stay = all.Slice(begin, std::min(begin + piece_rows_, all.length()));
      ARROW_RETURN_NOT_OK(visit(piece));
    }
  } else if (variation_.kind != Variation::Kind::kNever) {
    ARROW_RETURN_NOT_OK(Cut(before, Fate::kStay, visit));
  }
  return Cut({before.end, history.Extent({0, day}).end}, Fate::kCome, visit);
}

arrow::Status RowChanges::Each(int32_t day, const Visit& visit) const {
  if (base_ != nullptr) return EachVersion(day, visit);
  if (root_.rows->population() != nullptr) {
    return variation_.kind == Variation::Kind::kAnyDay ? EachMember(day, visit)
                                                       : EachCandidate(day, visit);
  }
  if (table_.rows->has_times()) return EachEvent(day, visit);
  if (variation_.kind == Variation::Kind::kNever) return arrow::Status::OK();
  return Cut({0, table_.rows->fixed_count()}, Fate::kStay, visit);
}

arrow::Status RowChanges::EachEvent(int32_t day, const Visit& visit) const {
  const RowSpace& space = *table_.rows;
  int32_t first = day;  // Of the days whose rows may differ.
  if (variation_.kind == Variation::Kind::kUntilSettled) {
    // A row of day e has begun before day e + 1 begins; the day before `day` has
    // shown all that is before `day` begins.
    while (first > 0 &&
           space.DayStart(day) - space.DayStart(first) < variation_.settled) {
      --first;
    }
  } else if (variation_.kind != Variation::Kind::kNever) {
    first = 0;
  }
  if (root_.rows->arrival() != nullptr) return EachArrival(day, first, visit);
  if (first < day) {
    ARROW_RETURN_NOT_OK(Cut(space.Extent({first, day - 1}), Fate::kStay, visit));
  }
  return Cut(space.Extent({day, day}), Fate::kCome, visit);
}

// What arrives is as old as the longest lag; rows of `first` and later are each looked
// at, since among them stand those that have arrived before.
arrow::Status RowChanges::EachArrival(int32_t day, int32_t first,
                                      const Visit& visit) const {
  const RowSpace& space = *root_.rows;
  const DayArrivals on = space.arrival()->On(day);
  const bool is_fixed = variation_.kind == Variation::Kind::kNever;
  const int64_t begin = is_fixed ? INT64_MAX : space.Extent({first, day}).begin;
  for (int64_t at = on.places().begin; at < on.places().end; at += piece_roots_) {
    const RowRange places{at, std::min(at + piece_roots_, on.places().end)};
    const Rows rows = on.RowsAt(places);
    int64_t older = 0;
    while (older < rows.length() && rows[older] < begin) ++older;
    ARROW_RETURN_NOT_OK(VisitBelow(Rows(), Rows(), rows.Slice(0, older), visit));
    if (older < rows.length()) break;
  }
  if (is_fixed) return arrow::Status::OK();
  const int64_t end = space.Extent({first, day}).end;
  std::vector<int32_t> arrivals;
  for (int64_t at = begin; at < end; at += piece_roots_) {
    const RowRange roots{at, std::min(at + piece_roots_, end)};
    arrivals.resize(static_cast<size_t>(roots.length()));
    space.ArrivalDaysOf(Rows(roots), arrivals.data());
    std::vector<int64_t> stay, come;
    for (int64_t row = roots.begin; row < roots.end; ++row) {
      const int32_t arrival = arrivals[static_cast<size_t>(row - roots.begin)];
      if (arrival <= day) (arrival == day ? come : stay).push_back(row);
    }
    ARROW_RETURN_NOT_OK(
        VisitBelow(Rows(), Rows(std::move(stay)), Rows(std::move(come)), visit));
  }
  return arrow::Status::OK();
}

// All members that are there on either day.
arrow::Status RowChanges::EachMember(int32_t day, const Visit& visit) const {
  const Population& population = *root_.rows->population();
  const RowRange births = population.BirthsOn(day);
  std::vector<int32_t> deaths;
  for (int64_t begin = 0; begin < births.end; begin += piece_roots_) {
    const RowRange roots{begin, std::min(begin + piece_roots_, births.end)};
    deaths.resize(static_cast<size_t>(roots.length()));
    population.DeathsOf(Rows(roots), deaths.data());
    std::vector<int64_t> gone, stay, come;
    for (int64_t row = roots.begin; row < roots.end; ++row) {
      const int32_t death = deaths[static_cast<size_t>(row - roots.begin)];
      if (death < day) continue;
      (death == day ? gone : row < births.begin ? stay : come).push_back(row);
    }
    ARROW_RETURN_NOT_OK(VisitBelow(Rows(std::move(gone)), Rows(std::move(stay)),
                                   Rows(std::move(come)), visit));
  }
  return arrow::Status::OK();
}

// Only those that die, change or are born; births have the highest numbers.
arrow::Status RowChanges::EachCandidate(int32_t day, const Visit& visit) const {
  const Population& population = *root_.rows->population();
  const std::vector<int64_t> deaths = population.DeathsOn(day);
  std::vector<int64_t> changed;
  if (variation_.kind != Variation::Kind::kNever) {
    changed = root_.rows->changes()->On(day);
    std::sort(changed.begin(), changed.end());
  }
  auto dead = deaths.begin();
  auto other = changed.begin();
  while (dead != deaths.end() || other != changed.end()) {
    std::vector<int64_t> gone, stay;
    for (int64_t i = 0; i < piece_roots_; ++i) {
      if (dead == deaths.end() && other == changed.end()) break;
      if (other == changed.end() || (dead != deaths.end() && *dead < *other)) {
        gone.push_back(*dead++);
      } else {
        stay.push_back(*other++);
      }
    }
    ARROW_RETURN_NOT_OK(
        VisitBelow(Rows(std::move(gone)), Rows(std::move(stay)), Rows(), visit));
  }
  const RowRange births = population.BirthsOn(day);
  for (int64_t begin = births.begin; begin < births.end; begin += piece_roots_) {
    const RowRange part{begin, std::min(begin + piece_roots_, births.end)};
    ARROW_RETURN_NOT_OK(VisitBelow(Rows(), Rows(), Rows(part), visit));
  }
  return arrow::Status::OK();
}

arrow::Status RowChanges::EachOf(int32_t day, const Visit& visit) const {
  const Population* population = root_.rows->population();
  const Arrival* arrival = root_.rows->arrival();
  if (population == nullptr && arrival == nullptr) {
    return Cut(table_.rows->Extent({0, day}), Fate::kCome, visit);
  }
  std::vector<int32_t> days;  // Of death, or of arrival.
  const int64_t ever = root_.rows->Extent({0, day}).end;
  for (int64_t begin = 0; begin < ever; begin += piece_roots_) {
    const RowRange roots{begin, std::min(begin + piece_roots_, ever)};
    days.resize(static_cast<size_t>(roots.length()));
    if (population != nullptr) {
      population->DeathsOf(Rows(roots), days.data());
    } else {
      arrival->DaysOf(Rows(roots), days.data());
    }
    std::vector<int64_t> there;
    for (int64_t row = roots.begin; row < roots.end; ++row) {
      const int32_t of_row = days[static_cast<size_t>(row - roots.begin)];
      if (population != nullptr ? of_row > day : of_row <= day) there.push_back(row);
    }
    ARROW_RETURN_NOT_OK(VisitBelow(Rows(), Rows(), Rows(std::move(there)), visit));
  }
  return arrow::Status::OK();
}

}  // namespace lakeseed
