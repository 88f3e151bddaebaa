#include "sim/cluster.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "store/memory_store.h"

namespace vaste::sim {

namespace {
constexpr std::size_t kWarm = 1 << 20;
constexpr unsigned kMoves = 4;  // of a hundred transactions, behind how many a partition moves
}  // namespace

Cluster::Cluster(const Shape& shape, std::shared_ptr<const clocks::Timeline> timeline,
                 std::uint64_t seed)
    : shape_(shape),
      timeline_(std::move(timeline)),
      random_(seed),
      sources_(shape.sources),
      partitions_(static_cast<std::size_t>(shape.partitions)) {
  for (std::size_t i = 0; i < partitions_.size(); ++i) partitions_[i].worker = i % shape.workers;
}

void Cluster::add(std::size_t source, const Input& input) {
  sources_[source].records.emplace_back(input.partition, input.record);
}

bool Cluster::is_idle() const {
  return std::ranges::all_of(sources_, &Queue::is_empty) &&
         std::ranges::all_of(partitions_, [](const auto& one) { return one.log.is_empty(); });
}

void Cluster::run() {
  while (!is_idle()) transaction(below(shape_.workers));
}

void Cluster::look() {
  while (std::ranges::any_of(partitions_, [&](const auto& one) { return one.looked < gate_; }))
    transaction(below(shape_.workers));
}

void Cluster::open(std::size_t number) {
  Partition& partition = partitions_[number];
  if (partition.task != nullptr) return;
  Disk& disk = disks_[{partition.worker, number}];
  if (disk.store == nullptr) disk.store = store::make_memory_store();
  const std::span tail = std::span(partition.changelog).subspan(disk.restored);
  restore(tail, (*timeline_)[0].policy(), *disk.store);
  disk.restored = partition.changelog.size();
  partition.looked = kNever;  // Who has just come looks at the deadlines by itself.
  partition.task = std::make_unique<Task>(static_cast<std::int32_t>(number), shape_.partitions,
                                          *disk.store, timeline_, shape_.limits);
}

void Cluster::die(std::size_t worker) {
  for (Partition& partition : partitions_)
    if (partition.worker == worker) partition.task.reset();
}

// Its next worker may have had it before, and has what it had then.
void Cluster::move(std::size_t number) {
  partitions_[number].task.reset();
  partitions_[number].worker = below(shape_.workers);
}

void Cluster::transaction(std::size_t worker) {
  ++transactions_;
  End end = End::kCommitted;
  if (below(100) < shape_.trouble) end = static_cast<End>(1 + below(3));

  // What comes of it counts with the commit.
  std::vector<std::pair<std::int32_t, std::string>> sent;
  std::vector<std::size_t> source_positions;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Queue& source = sources_[i];
    std::size_t next = source.position;
    if (i % shape_.workers == worker)
      for (std::size_t most = below(4); most > 0 && next < source.records.size(); --most)
        sent.push_back(source.records[next++]);
    source_positions.push_back(next);
  }
  struct Served {
    std::size_t partition;
    std::size_t position;
    Instant looked;
    Output out;
  };
  std::vector<Served> served;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    Partition& partition = partitions_[i];
    if (partition.worker != worker) continue;
    const std::size_t most = below(4);
    const bool looks = is_set(gate_) && partition.looked < gate_ && below(2) == 0;
    if (!looks && (most == 0 || partition.log.is_empty())) continue;
    open(i);
    Served& one = served.emplace_back(Served{i, partition.log.position, partition.looked, {}});
    for (std::size_t n = 0; n < most && one.position < partition.log.records.size(); ++n)
      partition.task->serve(partition.log.records[one.position++].second, one.out);
    if (looks) partition.task->look(gate_, one.out);
    if (looks) one.looked = gate_;
    partition.task->collect(one.out);
  }

  if (end == End::kAborted)
    for (const Served& one : served) partitions_[one.partition].task->abort();
  if (end == End::kDied) die(worker);
  if (end == End::kAborted || end == End::kDied) return;

  for (std::size_t i = 0; i < sources_.size(); ++i) sources_[i].position = source_positions[i];
  for (Served& one : served) {
    Partition& partition = partitions_[one.partition];
    partition.log.position = one.position;
    partition.looked = one.looked;
    for (store::Batch::Change& change : one.out.changelog) {
      if (change.value)
        partition.records[change.key] = *change.value;
      else
        partition.records.erase(change.key);
      partition.changelog.push_back(std::move(change));
    }
    publish(one.out);
    for (auto& [to, record] : one.out.sent) sent.emplace_back(to, std::move(record));
    if (end == End::kDiedBehind) continue;
    partition.task->commit(below(2) == 0 ? 0 : kWarm);
    disks_[{worker, one.partition}].restored = partition.changelog.size();
  }
  for (auto& [to, record] : sent)
    partitions_[static_cast<std::size_t>(to)].log.records.emplace_back(to, std::move(record));
  if (end == End::kDiedBehind) die(worker);
  if (shape_.workers > 1 && below(100) < kMoves) move(below(partitions_.size()));
}

void Cluster::publish(Output& out) {
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(answers_, out.answers);
  append(alerts_, out.alerts);
  append(contributed_, out.contributed);
  append(dead_, out.dead);
}

std::vector<const Records*> Cluster::records() const {
  std::vector<const Records*> out;
  for (const Partition& partition : partitions_) out.push_back(&partition.records);
  return out;
}

std::vector<std::string> Cluster::differences() {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    open(i);
    Records stored;
    const auto& disk = disks_[{partitions_[i].worker, i}];
    const auto scanned = disk.store->scan({}, [&](std::string_view key, std::string_view value) {
      if (is_replicated(key)) stored.emplace(key, value);
      return true;
    });
    VASTE_CHECK(scanned.has_value());
    if (stored != partitions_[i].records)
      out.push_back("partition " + std::to_string(i) + " has something else than its changelog");
  }
  return out;
}

}  // namespace vaste::sim
