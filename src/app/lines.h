// Lines of a file or of standard input, however long it takes for one to come.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vaste::app {

// Threads: one. Unlike std::getline it comes back on Ctrl-C and bounds its memory.
class Lines {
 public:
  static constexpr std::size_t kLongest = 16 << 20;  // the rest of a longer line is skipped

  // "-" is standard input. Errors: kNotFound, kPermission.
  static Result<Lines> open(const std::string& file);
  Lines(Lines&& other) noexcept;
  Lines& operator=(Lines&&) = delete;
  ~Lines();

  // Without its end, "\n" or "\r\n"; dies with the next call. nullopt: the end, or interrupted().
  // Errors: kTooLarge (go on with the next one), kInternal (the file cannot be read further).
  Result<std::optional<std::string_view>> next();
  std::uint64_t number() const { return number_; }  // of the line that next() gave, from 1
  const std::string& name() const { return name_; }

 private:
  Lines(int descriptor, std::string name);
  Result<bool> fill();  // false: nothing more comes

  int descriptor_;
  std::string name_;
  std::string buffer_;
  std::size_t begin_ = 0;    // what was given out already
  std::size_t scanned_ = 0;  // without a line end, after begin_
  bool ended_ = false;
  bool skipping_ = false;
  std::uint64_t number_ = 0;
};

}  // namespace vaste::app
