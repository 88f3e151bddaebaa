#include "app/stories.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/exit_code.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "story/play.h"
#include "story/read.h"

namespace vaste::app {

namespace {

namespace fs = std::filesystem;

// In order of their names; what is named twice is told once. False, and it is said why: nothing
// there.
bool find_stories(const std::string& path, std::vector<std::string>& files) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (fs::exists(path, error)) {
      files.push_back(path);
      return true;
    }
    say(fmt::format("vaste: error: {}: there is no such file or directory", path));
    return false;
  }
  std::vector<std::string> found;
  for (fs::recursive_directory_iterator at(path, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".story" && at->is_regular_file(error))
      found.push_back(at->path().string());
  }
  if (error) {
    say(fmt::format("vaste: error: {}: {}", path, error.message()));
    return false;
  }
  if (found.empty()) {
    say(fmt::format("vaste: error: {}: no *.story files in or below it", path));
    return false;
  }
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
  return true;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

// What became of one story; without a verdict it could not be read.
struct Told {
  std::string file;
  std::vector<config::Finding> findings;
  std::optional<story::Story> story;
  std::optional<story::Verdict> verdict;
};

std::string as_text(const Told& told) {
  std::string out;
  for (const config::Finding& finding : told.findings)
    out += printable(config::text(finding)) + '\n';
  if (!told.verdict) return out;
  const story::Verdict& verdict = *told.verdict;
  if (verdict.passed()) return fmt::format("{}: ok\n", printable(told.file));
  const std::string where = verdict.where.empty() ? std::string() : ", " + verdict.where;
  out += fmt::format("{}: FAILED{} (- expected, + got; {} time)\n", printable(told.file), where,
                     told.story->times->zone());
  const std::string all = story::timeline(*told.story, verdict);
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t end = all.find('\n', begin);
    out += printable(std::string_view(all).substr(begin, end - begin)) + '\n';
    begin = end + 1;
  }
  if (verdict.where.find("shuffled") != std::string::npos)
    out +=
        "  Events may arrive in any order, and the end should be the same. Where a story joins\n"
        "  contacts by the customer alone it cannot be: say so with a line `order matters`.\n";
  return out;
}

std::string as_json(const Told& told) {
  std::string findings;
  for (const config::Finding& finding : told.findings)
    findings += fmt::format("{}{{\"file\":{},\"line\":{},\"column\":{},\"text\":{}}}",
                            findings.empty() ? "" : ",", json_text(finding.file), finding.line,
                            finding.column, json_text(finding.text));
  std::string out = fmt::format("{{\"story\":{},\"status\":", json_text(told.file));
  if (!told.verdict) return out + fmt::format("\"unreadable\",\"findings\":[{}]}}\n", findings);
  std::string differences;
  for (const story::Difference& one : told.verdict->differences) {
    const bool missing = one.what == story::Difference::What::kMissing;
    differences += fmt::format(
        "{}{{\"kind\":\"{}\",\"line\":{},\"time\":{},\"time_ms\":{},\"text\":{}}}",
        differences.empty() ? "" : ",", missing ? "missing" : "unexpected", one.line,
        json_text(told.story->times->text(one.at, true)), to_ms(one.at), json_text(one.text));
  }
  return out + fmt::format("\"{}\",\"where\":{},\"zone\":{},\"orders\":{},\"differences\":[{}]}}\n",
                           told.verdict->passed() ? "ok" : "failed", json_text(told.verdict->where),
                           json_text(told.story->times->zone()), told.verdict->orders, differences);
}

std::string summary(std::size_t stories, std::size_t failed, std::size_t unreadable, bool json) {
  if (json)
    return fmt::format("{{\"stories\":{},\"failed\":{},\"unreadable\":{}}}\n", stories, failed,
                       unreadable);
  std::string out =
      fmt::format("{} {}, {} failed", stories, stories == 1 ? "story" : "stories", failed);
  if (unreadable > 0) out += fmt::format(", {} cannot be read", unreadable);
  return out + '\n';
}

}  // namespace

int test_stories(const StoriesOptions& options) {
  catch_signals();
  int code = 0;
  std::vector<std::string> files;
  for (const std::string& path : options.paths)
    if (!find_stories(path, files)) code = kExitNoInput;
  std::erase_if(files, [&](const std::string& file) {
    return file.find(options.filter) == std::string::npos;
  });
  if (files.empty()) {
    if (code == 0) say(fmt::format("vaste: error: no story has `{}` in its path", options.filter));
    return kExitNoInput;
  }
  story::Reader reader;
  std::size_t failed = 0;
  std::size_t unreadable = 0;
  Progress progress("telling stories", "stories", files.size());
  for (const std::string& file : files) {
    if (interrupted()) return kExitInterrupted;
    Told told{.file = file, .findings = {}, .story = {}, .verdict = {}};
    told.story = reader.read_file(file, told.findings);
    if (told.story) told.verdict = story::play(*told.story, {.shuffles = options.shuffles});
    if (!told.verdict) {
      ++unreadable;
      code = std::max(code, kExitBadData);
    } else if (!told.verdict->passed()) {
      ++failed;
      code = std::max(code, kExitFailed);
    }
    if (!write_out(options.json ? as_json(told) : as_text(told)))
      return output_lost() ? kExitInternal : code;
    progress.add();
  }
  if (!write_out(summary(files.size(), failed, unreadable, options.json)) && output_lost())
    return kExitInternal;
  return code;
}

}  // namespace vaste::app
