// Parts of the codec that reading and writing share. Private to the store.
#pragma once

#include <string>

namespace vaste::store {

// A message kept between records, so that its strings and lists need no new memory. After a giant
// record it starts anew: one such conversation must not cost every thread its size for good.
template <class Message>
class Reused {
 public:
  Message& fresh() {
    message_.Clear();
    return message_;
  }
  // `bytes`: how large the record was.
  void done(std::size_t bytes) {
    if (bytes > kKeepBytes) Message().Swap(&message_);
  }

 private:
  static constexpr std::size_t kKeepBytes = 64 << 10;
  Message message_;
};

}  // namespace vaste::store
