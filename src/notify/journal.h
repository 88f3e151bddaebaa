// What a webhook has not taken yet, on disk: a file of checked lines, put and done.
//
// Bounded: beyond `most_bytes` the oldest is given up. A line that was torn by a crash at the end
// is cut off; one that is damaged elsewhere is passed over and counted as lost.
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "base/time.h"

namespace vaste::notify {

struct Delivery {
  std::string id;     // the same at each attempt and after each restart: alert and revision
  std::string alert;  // later ones of the same alert come after earlier ones
  std::string kind;
  Instant since;    // delays are measured from here; kNever: not measured
  Instant decided;  // how old it is
  std::string body;
  // Not on disk: a restart tries at once.
  int attempts = 0;
  Instant next = kNever;
  bool under_way = false;
};

class Journal {
 public:
  // Makes the folder and the file where they are not there, and reads what was left. Errors:
  // kConfig (another process has it, or it cannot be written; named).
  static Result<std::unique_ptr<Journal>> open(const std::string& file, std::int64_t most_bytes);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // One that is waiting already is the same. Gives how many were given up to make room.
  std::size_t put(Delivery delivery);
  void done(const std::string& id);
  // What was put is on the disk after this. An error keeps everything in memory, and the next call
  // writes the file anew. Errors: kNoSpace, kUnavailable.
  Status sync();

  std::list<Delivery>& waiting() { return waiting_; }  // oldest first
  std::int64_t bytes() const { return bytes_; }        // of what is waiting
  std::size_t damaged() const { return damaged_; }     // lines that could not be read

 private:
  Journal(std::string file, std::int64_t most_bytes);
  Status read();
  Status rewrite();
  void take_line(std::string_view line);
  void erase(std::list<Delivery>::iterator at);
  bool has_grown() const;

  std::string file_;
  std::int64_t most_bytes_;
  int fd_ = -1;
  std::list<Delivery> waiting_;
  std::unordered_map<std::string, std::list<Delivery>::iterator> by_id_;
  std::string unwritten_;
  std::int64_t bytes_ = 0;
  std::int64_t file_bytes_ = 0;
  std::int64_t least_bytes_ = 0;  // of the file when it was last written anew
  std::size_t damaged_ = 0;
  bool broken_ = false;  // what the file ends with is unknown
};

}  // namespace vaste::notify
