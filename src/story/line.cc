#include "story/line.h"

#include <fmt/format.h>

#include <utility>

#include "config/units.h"

namespace vaste::story {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

// Bytes that continue a character of UTF-8 are no columns of their own.
bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

}  // namespace

Line::Line(std::string_view text, std::string file, int number,
           std::vector<config::Finding>& findings)
    : file_(std::move(file)), number_(number), findings_(findings) {
  int column = 1;
  std::size_t at = 0;
  const auto step = [&] {
    if (begins_character(text[at])) ++column;
    ++at;
  };
  while (at < text.size()) {
    if (is_space(text[at])) {
      step();
      continue;
    }
    if (text[at] == '#') break;
    Word word{"", column, text[at] == '"'};
    if (word.quoted) {
      step();
      while (at < text.size() && text[at] != '"') {
        word.text += text[at];
        step();
      }
      if (at == text.size()) {
        error(word, "what was said has no closing quote: write it between two `\"`");
        break;
      }
      step();
    } else {
      while (at < text.size() && !is_space(text[at])) {
        word.text += text[at];
        step();
      }
    }
    words_.push_back(std::move(word));
  }
  end_ = column;
}

const Word* Line::peek(std::size_t ahead) const {
  return next_ + ahead < words_.size() ? &words_[next_ + ahead] : nullptr;
}

Word Line::take() {
  if (done()) return {"", end_, false};
  return words_[next_++];
}

bool Line::take_if(std::string_view word) {
  if (done() || words_[next_].quoted || words_[next_].text != word) return false;
  ++next_;
  return true;
}

// The first complaint of a line: what follows it is mostly its consequence.
void Line::error(const Word& at, std::string text) {
  if (!failed_) findings_.push_back({file_, number_, at.column, true, std::move(text)});
  failed_ = true;
}

void Line::finish(std::string_view expected) {
  if (const Word* more = peek())
    error(*more, fmt::format("`{}` is too much here, expected {}", config::printable(more->text),
                             expected));
}

std::string choices(std::string_view written, const std::vector<std::string>& known) {
  std::string hint = config::did_you_mean(written, known);
  if (hint.empty() && !known.empty())
    hint = fmt::format(", expected one of {}", config::join(known, ", "));
  return hint;
}

}  // namespace vaste::story
