// One contact of one customer, from its first event to its last. Private to loadgen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "loadgen/random.h"
#include "vaste/v1/event.pb.h"

namespace vaste::loadgen {

// Numbers that are never given twice; `run` keeps different seeds apart.
struct Ids {
  std::uint64_t run = 0;
  std::uint64_t last = 0;
  std::string next(std::string_view prefix);
};

struct Arrival {
  Instant at;
  Instant day_start;           // some midnight at the desk, for the opening hours
  std::uint32_t customer = 0;  // all of a person's addresses follow from this number
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
  bool busy = false;      // more customers than agents: answers are late
  bool repeated = false;  // tried before on another channel
};

// Hours of the day in which somebody works on a channel.
struct Opening {
  int from = 8;
  int to = 17;
};
Opening opening(v1::Channel channel);
bool is_open(const Arrival& arrival, Instant at);

class Script {
 public:
  Script(const Arrival& arrival, Random& random, Ids& ids);

  // True: the customer got no answer and will try again elsewhere.
  bool write();

  const std::vector<v1::Event>& events() const { return events_; }
  std::vector<v1::Event> take() { return std::move(events_); }
  Instant ended() const { return at_; }

 private:
  // chance() and around() of the same source as everything else.
  bool write_chat();
  void write_chat_lines(int rounds);
  bool write_call();
  bool wait_in_queue(Millis wait);
  void talk();
  bool write_mail();
  bool write_social();
  void write_direct_messages();

  void wait(Millis median);           // around it
  void work(Millis median);           // the same in opening hours only
  Millis answer_wait(Millis target);  // mostly within it; in busy hours often not
  v1::Event& add();
  v1::Event& signal(v1::SignalKind kind);
  v1::Event& lifecycle(v1::LifecycleKind kind);
  v1::Event& customer_says(std::string_view text);
  v1::Event& agent_says(std::string_view text);
  void finish();  // wrap-up done, mostly solved

  void key(v1::ThreadKeyKind kind, std::string value, std::string_view scope = "");
  void mail_key();  // a new Message-ID that refers to all before it
  void choose_person();
  void choose_attributes();

  const Arrival arrival_;
  Random& random_;
  Ids& ids_;
  Instant at_;
  std::string source_;
  std::string queue_;
  std::string agent_;
  std::vector<v1::Identifier> person_;
  std::vector<v1::ThreadKey> keys_;      // of the next event
  std::vector<std::string> references_;  // Message-IDs or posts before it
  v1::Attributes attributes_;
  std::vector<v1::Event> events_;
};

}  // namespace vaste::loadgen
