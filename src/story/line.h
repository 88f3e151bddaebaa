// One line of a story, word by word, and where complaints about it go.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace vaste::story {

struct Word {
  std::string text;     // without the quotes
  int column = 0;       // 1-based, in characters
  bool quoted = false;  // "said"
};

// Threads: like an int. `findings` must outlive it.
class Line {
 public:
  // A word that begins with # ends the line, outside of quotes.
  Line(std::string_view text, std::string file, int number, std::vector<config::Finding>& findings);

  int number() const { return number_; }
  bool done() const { return next_ >= words_.size(); }
  // nullptr: there are not so many.
  const Word* peek(std::size_t ahead = 0) const;
  // At the end an empty word, which stands where one is missing.
  Word take();
  // Whether the next word is this one; takes it then.
  bool take_if(std::string_view word);

  void error(const Word& at, std::string text);
  bool failed() const { return failed_; }
  // Nothing may follow any more.
  void finish(std::string_view expected);

 private:
  std::string file_;
  int number_;
  int end_ = 1;
  std::vector<config::Finding>& findings_;
  std::vector<Word> words_;
  std::size_t next_ = 0;
  bool failed_ = false;
};

// "; did you mean `x`?", or what there is to choose from.
std::string choices(std::string_view written, const std::vector<std::string>& known);

}  // namespace vaste::story
