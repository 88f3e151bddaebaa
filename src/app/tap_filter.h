// Which records of a topic are wanted. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/record.h"
#include "base/result.h"
#include "base/time.h"

namespace vaste::app {

// Of each list any value may be the record's; empty: it does not matter.
struct FilterOptions {
  std::vector<std::string> conversations;  // ids, or at least the last four digits of one
  std::vector<std::string> customers;      // likewise
  std::vector<std::string> channels;
  std::vector<std::string> queues;
  std::vector<std::string> brands;
  std::vector<std::string> types;   // what happened; see --help
  std::vector<std::string> levels;  // of alerts
  std::vector<std::string> slas;    // of alerts
  std::string since;                // as read_time()
  std::string until;
};

class Filter {
 public:
  // Errors: kUsage: a value that no record can have, or an option that this topic's records have
  // nothing for; with what was probably meant.
  static Result<Filter> make(const FilterOptions& options, Kind kind, Instant now);

  // What cannot be read is wanted only when everything is. A tombstone has the conversation of its
  // key and the time at which it was written, and nothing else.
  bool wants(const kafka::Record& record) const;
  // The first instant that is not wanted.
  std::optional<Instant> until() const { return until_; }
  bool has_since() const { return since_.has_value(); }

 private:
  Filter() = default;

  FilterOptions options_;
  Kind kind_ = Kind::kEvent;
  std::optional<Instant> since_;
  std::optional<Instant> until_;
  bool everything_ = true;
};

}  // namespace vaste::app
