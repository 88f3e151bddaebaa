// The state of one core partition as the core sees it: values in a cache, what is missing is
// loaded, what changed is known.
//
// Pure: the loader is the only way out, and it is the caller's. A load that fails answers "not
// there" and leaves error(), which voids the whole transaction: the caller looks at it before it
// commits. Threads: one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "core/cache.h"
#include "model/conversation.h"
#include "model/incoming.h"

namespace vaste::core {

class Loader {
 public:
  virtual ~Loader() = default;
  virtual Result<std::optional<Conversation>> conversation(const Id& id) = 0;
  virtual Result<std::optional<std::vector<Id>>> customer(const Id& id) = 0;
  virtual Result<std::optional<Id>> identifier(const std::string& text) = 0;
  virtual Result<std::optional<Id>> thread(const std::string& key) = 0;
};

// Of a customer's conversations, what an event has to do with.
struct Concerned {
  std::vector<const Conversation*> conversations;  // oldest first
  Id followed;       // of all, the newest that was resolved by then; empty: none
  Instant resolved;  // ... and when
};

class State {
 public:
  using Conversations = Cache<Id, std::unique_ptr<Conversation>>;
  using Customers = Cache<Id, std::vector<Id>>;
  using Pointers = Cache<std::string, Id>;

  explicit State(Loader& loader) : loader_(loader) {}

  // nullptr: there is none. Say changed() after changing it.
  Conversation* conversation(const Id& id);
  Conversation& create_conversation(const Id& id);
  void changed(const Conversation& conversation);
  void erase(const Conversation& conversation);

  // A customer's conversations, oldest first; empty for an unknown one.
  const std::vector<Id>& customer(const Id& id);
  // Those that are open, or hold one of the event's keys, or the event already. The others are not
  // loaded for it: what is over is remembered by a few bytes.
  void concerned(const Id& customer, const Incoming& incoming, Concerned& out);
  void set_customer(const Id& id, std::vector<Id> conversations);
  void erase_customer(const Id& id);

  std::optional<Id> identifier(const std::string& text);
  void set_identifier(const std::string& text, const Id& customer);
  void erase_identifier(const std::string& text);
  std::optional<Id> thread(const std::string& key);
  void set_thread(const std::string& key, const Id& conversation);
  void erase_thread(const std::string& key);

  const std::optional<Error>& error() const { return error_; }

  // What the transaction changed, for writing it down.
  const Conversations& conversations() const { return conversations_; }
  const Customers& customers() const { return customers_; }
  const Pointers& identifiers() const { return identifiers_; }
  const Pointers& threads() const { return threads_; }
  bool has_changes() const;

  void saved(std::size_t budget_bytes);  // committed: keep, within the budget
  void forget_changes();                 // aborted
  void clear();

 private:
  // A conversation that is over or merged, as long as it does not change.
  struct Past {
    Instant resolved;
    std::vector<std::uint32_t> prints;  // of its keys and moments
  };

  Conversations::Node* conversation_node(const Id& id);
  void remember(const Conversation& conversation);
  void fail(Error error);

  Loader& loader_;
  Conversations conversations_;
  Customers customers_;
  Pointers identifiers_;
  Pointers threads_;
  Cache<Id, Past> pasts_;
  std::vector<std::uint32_t> wanted_;
  std::optional<Error> error_;
};

// Roughly what a decoded conversation occupies.
std::size_t weight(const Conversation& conversation);

}  // namespace vaste::core
