// YAML with places: every value knows where it stands and how it is called, and every complaint is
// collected.
//
// Private to config/. yaml-cpp throws only inside parse_yaml(), which catches it.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace vaste::config {

struct Place {
  int line = 0;  // 1-based; 0 = the file as a whole
  int column = 0;
};

// Collects the findings of one file.
class Report {
 public:
  Report(std::string file, std::vector<Finding>& findings, std::int32_t today = 0)
      : file_(std::move(file)), findings_(findings), first_(findings.size()), today_(today) {}

  // `kind`: see Finding; must outlive the findings, as a literal does.
  void error(Place place, std::string text, std::string_view kind = {});
  void warning(Place place, std::string text);
  // The same in another file that this one names.
  void error_in(const std::string& file, Place place, std::string text);
  std::int32_t today() const { return today_; }  // days since 1970; 0 = does not matter
  const std::string& file() const { return file_; }
  std::size_t errors() const { return errors_; }

  // Puts what was reported in the order of the file; the errors in one text, empty if there were
  // none.
  std::string finish();

 private:
  std::string file_;
  std::vector<Finding>& findings_;
  std::size_t first_;
  std::int32_t today_;
  std::size_t errors_ = 0;
};

struct Value {
  YAML::Node node;
  Place place;
  std::string path;  // "engine.workers": how findings call it
};

// The whole file. nullopt, with a finding, if it is not YAML, not UTF-8, empty or more than one
// document.
std::optional<Value> parse_yaml(const std::string& text, Report& report);

// A file's bytes; refuses what is no regular file or larger than 4 MiB.
Result<std::string> read_file(const std::string& file);

// The keys of one mapping. Duplicate keys are reported when it is made, and what nobody asked for
// by finish(). Nothing written (`engine:`) is an empty mapping: everything under it may be
// commented out.
class Map {
 public:
  struct Entry {
    std::string key;
    Place place;
    Value value;
  };

  Map(const Value& value, Report& report, std::string_view example);

  bool usable() const { return usable_; }
  const Value* get(std::string_view key);  // nullptr = not there; counts as asked for
  const std::vector<Entry>& entries() const {
    return entries_;
  }  // each key once, in the file's order
  void finish();

 private:
  Report& report_;
  std::string path_;
  bool usable_ = true;
  std::vector<Entry> entries_;
  std::vector<std::string> known_;
};

// Readers of one value. nullopt: not usable, and a finding says why.
std::optional<std::string> read_text(const Value& value, Report& report, std::string_view example);
// As read_text, not empty, at most 100 bytes, nothing that does not print.
std::optional<std::string> read_name(const Value& value, Report& report, std::string_view example);
std::optional<bool> read_bool(const Value& value, Report& report);
std::optional<std::int64_t> read_count(const Value& value, Report& report, std::int64_t least,
                                       std::int64_t most);
std::optional<Millis> read_duration(const Value& value, Report& report, Millis least, Millis most,
                                    std::string_view example);
std::optional<std::int64_t> read_size(const Value& value, Report& report, std::int64_t least,
                                      std::int64_t most);
// A share between 0 and 1, neither included.
std::optional<double> read_percent(const Value& value, Report& report);
// One of `words`; gives its index.
std::optional<std::size_t> read_word(const Value& value, Report& report,
                                     const std::vector<std::string>& words);

// A list's values; with `or_one` a scalar is a list of one. Empty lists are reported.
std::vector<Value> read_list(const Value& value, Report& report, std::string_view example,
                             bool or_one);

// "engine.workers: " and what was written, cut and without what does not print: the beginning of a
// finding.
std::string written(const Value& value);

}  // namespace vaste::config
