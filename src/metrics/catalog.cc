#include "metrics/catalog.h"

namespace vaste::metrics {
namespace {

constexpr double kLiveBounds[] = {5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200};
constexpr double kWorkBounds[] = {15,   30,   60,    120,   300,   600,    900,   1800,
                                  3600, 7200, 14400, 28800, 86400, 172800, 604800};
constexpr double kHandlingBounds[] = {15, 30, 60, 120, 180, 300, 450, 600, 900, 1800, 3600};
constexpr double kEngineBounds[] = {.001, .0025, .005, .01, .025, .05, .1, .25,
                                    .5,   1,     2.5,  5,   10,   30,  60};
constexpr double kShareBounds[] = {.25, .5, .75, .9, 1, 1.25, 1.5, 2, 4};

const char* name(Type type) {
  switch (type) {
    case Type::kCounter:
      return "counter";
    case Type::kGauge:
      return "gauge";
    case Type::kHistogram:
      return "histogram";
  }
  return "";
}

}  // namespace

std::span<const double> buckets(Scale scale) {
  switch (scale) {
    case Scale::kNone:
      return {};
    case Scale::kLive:
      return kLiveBounds;
    case Scale::kWork:
      return kWorkBounds;
    case Scale::kHandling:
      return kHandlingBounds;
    case Scale::kEngine:
      return kEngineBounds;
    case Scale::kShare:
      return kShareBounds;
  }
  return {};
}

std::string markdown() {
  std::string out = "| metric | type | labels | help |\n|---|---|---|---|\n";
  for (const Row& row : kCatalog) {
    out.append("| ").append(row.name).append(" | ").append(name(row.type)).append(" |");
    for (std::size_t i = 0; i < row.label_count(); ++i) {
      out.append(" ").append(row.labels[i].name);
      const std::string values = row.labels[i].values;
      if (values == "*" || values.starts_with('@')) continue;
      out.append("=");
      for (const char c : values) out.push_back(c == '|' ? ',' : c);  // a | would end the cell
    }
    out.append(" | ").append(row.help).append(" |\n");
  }
  return out;
}

}  // namespace vaste::metrics
