#include "metrics/catalog.h"

#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

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

std::vector<std::string_view> values_of(std::string_view list) {
  std::vector<std::string_view> out;
  while (true) {
    const auto end = list.find('|');
    out.push_back(list.substr(0, end));
    if (end == std::string_view::npos) return out;
    list.remove_prefix(end + 1);
  }
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

std::string json() {
  // Nothing in the catalogue has to be escaped: catalog_test reads it back.
  std::ostringstream out;
  const auto list = [&](const auto& all, const auto& write) {
    const char* between = "";
    out << '[';
    for (const auto& one : all) {
      out << std::exchange(between, ", ");
      write(one);
    }
    out << ']';
  };
  const auto write_label = [&](const Label& label) {
    out << R"({"name": ")" << label.name << '"';
    const std::string_view values = label.values;
    if (values.starts_with('@')) {
      out << R"(, "configured": ")" << values.substr(1) << '"';
    } else if (!values.ends_with('*')) {
      out << R"(, "values": )";
      list(values_of(values), [&](std::string_view value) { out << '"' << value << '"'; });
    }
    out << '}';
  };
  const char* between = "[\n";
  for (const Row& row : kCatalog) {
    out << std::exchange(between, ",\n") << R"({"name": ")" << row.name << R"(", "type": ")"
        << name(row.type) << R"(", "help": ")" << row.help << R"(", "labels": )";
    list(std::span(row.labels).first(row.label_count()), write_label);
    if (row.type == Type::kHistogram) {
      out << R"(, "buckets": )";
      list(buckets(row.scale), [&](double bound) { out << bound; });
    }
    out << '}';
  }
  out << "\n]\n";
  return out.str();
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
