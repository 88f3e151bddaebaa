#include "app/yaml_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace vaste::app {
namespace {

using nlohmann::ordered_json;

// Whether YAML reads `text` as this very text where nothing stands around it. Words that some
// readers take for a truth value or for nothing are quoted.
bool is_plain(const std::string& text) {
  static constexpr std::array kWords{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text[0])) == 0) return false;
  if (text.back() == ' ' || text.back() == ':') return false;
  std::string lower = text;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (std::find(kWords.begin(), kWords.end(), lower) != kWords.end()) return false;
  return text.find(": ") == text.npos && text.find(" #") == text.npos &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 ||
                  std::string_view(" _-./:;()=@$").find(static_cast<char>(c)) !=
                      std::string_view::npos;
         });
}

// JSON's quotes are YAML's, too.
std::string scalar(const ordered_json& value) {
  if (value.is_string() && is_plain(value.get<std::string>())) return value.get<std::string>();
  return value.dump();
}

bool is_block(const ordered_json& value) {
  return value.is_structured() && !value.empty();
}

void put(const ordered_json& value, std::size_t indent, std::string& out);

// What stands behind `key:` or `-`.
void put_behind(const ordered_json& value, std::size_t indent, std::string& out) {
  if (!is_block(value)) {
    out += ' ' + scalar(value) + '\n';
    return;
  }
  out += '\n';
  put(value, indent + 2, out);
}

void put(const ordered_json& value, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  if (value.is_array()) {
    for (const ordered_json& one : value) {
      if (is_block(one)) {
        // The first line of a block stands beside its dash.
        std::string inner;
        put(one, indent + 2, inner);
        inner[indent] = '-';
        out += inner;
      } else {
        out += margin + "- " + scalar(one) + '\n';
      }
    }
    return;
  }
  for (const auto& [key, one] : value.items()) {
    const bool plain = is_plain(key) || key == "$ref";
    out += margin + (plain ? key : ordered_json(key).dump()) + ':';
    put_behind(one, indent, out);
  }
}

}  // namespace

std::string yaml_text(const ordered_json& value) {
  if (!is_block(value)) return scalar(value) + '\n';
  std::string out;
  put(value, 0, out);
  return out;
}

}  // namespace vaste::app
