// Where memory comes from: of a run, and of the benchmarks beside it.
//
// Thread safety: before threads start.

#pragma once

namespace lakeseed {

/// Batches come and go all the time. jemalloc hands freed pages to the next batch;
/// Arrow's default allocator gives them back, and a third of a run is then spent
/// on fresh pages. Whoever sets the variable decides.
///
/// What a run binds first lies in the heap: some MB, of which a small run gets a fifth
/// of its time for touching small pages; its first batches and pages of files lie in
/// the pool. Room for them in large pages costs nothing until it is used.
void ChooseAllocator();

}  // namespace lakeseed
