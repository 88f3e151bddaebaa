// A story and what came of it, for people.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "story/play.h"

namespace vaste::story {

using What = Difference::What;

std::string timeline(const Story& story, const Verdict& verdict) {
  // Expected ones in front of what came instead, both behind what stands in the file at that time.
  struct Row {
    Instant at;
    int rank, line;
    char mark;
    std::string text;
  };
  std::vector<Row> rows;
  const auto missing = [&](int line) {
    return std::any_of(verdict.differences.begin(), verdict.differences.end(),
                       [&](const Difference& one) {
                         return one.what == What::kMissing && one.line == line && line != 0;
                       });
  };
  Instant now;
  for (const Step& step : story.steps) {
    const Words* words = nullptr;
    if (const auto* happening = std::get_if<Happening>(&step)) {
      now = std::max(now, happening->incoming.moment.at);
      words = &happening->words;
    } else if (const auto* ordered = std::get_if<Ordered>(&step)) {
      now = std::max(now, ordered->command.at);
      words = &ordered->words;
    } else {
      const auto& check = std::get<Check>(step);
      if (is_set(check.at)) now = check.at;
      words = &check.words;
    }
    rows.push_back({now, 0, words->line, missing(words->line) ? '-' : ' ', words->text});
  }
  for (const NewVersion& version : story.versions)
    rows.push_back({version.since, 0, version.words.line, ' ', version.words.text});
  for (const ExpectedAlert& alert : story.alerts)
    rows.push_back(
        {alert.at, 0, alert.words.line, missing(alert.words.line) ? '-' : ' ', alert.words.text});
  for (const Difference& one : verdict.differences) {
    const bool came = one.what == What::kUnexpected;
    if (came || one.line == 0)
      rows.push_back({one.at, came ? 2 : 1, one.line, came ? '+' : '-', one.text});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tuple(a.at, a.rank, a.line) < std::tuple(b.at, b.rank, b.line);
  });
  std::string out;
  for (const Row& row : rows)
    out += fmt::format("  {} {:>5}  {}\n", row.mark,
                       row.line == 0 ? std::string() : std::to_string(row.line), row.text);
  return out;
}

}  // namespace vaste::story
