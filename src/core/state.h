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
#include "model/command.h"
#include "model/conversation.h"
#include "model/customer.h"
#include "model/identity.h"
#include "model/incoming.h"
#include "model/kpi_window.h"
#include "model/trend.h"
#include "model/waiting.h"
#include "stitch/linker.h"

namespace vaste::core {

class Loader {
 public:
  virtual ~Loader() = default;
  virtual Result<std::optional<Conversation>> conversation(const Id& id) = 0;
  virtual Result<std::optional<Customer>> customer(const Id& id) = 0;
  virtual Result<std::optional<Pointer>> identifier(const std::string& text) = 0;
  virtual Result<std::optional<Id>> thread(const std::string& key) = 0;
  virtual Result<std::optional<Linked>> linked(const std::string& identifier) = 0;
  virtual Result<std::optional<Component>> component(const Id& customer) = 0;
  virtual Result<std::optional<Answer>> answer(const std::string& command) = 0;
  virtual Result<std::optional<KpiWindow>> window(const WindowId& id) = 0;
  virtual Result<std::optional<KpiShelf>> shelf(const WindowId& id) = 0;
  virtual Result<std::optional<TrendState>> trend(const std::string& group) = 0;
  virtual Result<std::optional<Waiting>> waiting(const Id& id) = 0;
};

// Of a customer's conversations, what an event has to do with.
struct Concerned {
  std::vector<const Conversation*> conversations;  // oldest first
  Id followed;       // of all, the newest that was resolved by then; empty: none
  Instant resolved;  // ... and when
};

class State : private stitch::Links {
 public:
  using Conversations = Cache<Id, std::unique_ptr<Conversation>>;
  using Customers = Cache<Id, Customer>;
  using Identifiers = Cache<std::string, Pointer>;
  using Threads = Cache<std::string, Id>;
  using LinkedOnes = Cache<std::string, Linked>;
  using Components = Cache<Id, Component>;
  using Answers = Cache<std::string, Answer>;
  using Windows = Cache<WindowId, KpiWindow>;
  using Shelves = Cache<WindowId, KpiShelf>;
  using Trends = Cache<std::string, TrendState>;
  using Waitings = Cache<Id, Waiting>;

  explicit State(Loader& loader) : loader_(loader) {}

  // nullptr: there is none. Say changed() after changing it.
  Conversation* conversation(const Id& id);
  Conversation& create_conversation(const Id& id);
  void changed(const Conversation& conversation);
  void erase(const Conversation& conversation);

  // Empty for an unknown one. The address lasts until something is changed or trimmed.
  const Customer& customer(const Id& id);
  // Those that are open, or hold one of the event's keys, or the event already. The others are not
  // loaded for it: what is over is remembered by a few bytes.
  void concerned(const Id& customer, const Incoming& incoming, Concerned& out);
  // Is it remembered that the repeat window of its first resolution has not closed?
  bool known_undecided(const Id& customer, const Id& conversation);
  void set_customer(const Id& id, Customer customer);
  void erase_customer(const Id& id);

  const Pointer* identifier(const std::string& text);  // nullptr: never seen
  void set_identifier(const std::string& text, Pointer pointer);
  void erase_identifier(const std::string& text);
  std::optional<Id> thread(const std::string& key);
  void set_thread(const std::string& key, const Id& conversation);
  void erase_thread(const std::string& key);

  // By a command's id; nullptr: never heard of. Without a status: it is not answered yet.
  const Answer* answer(const std::string& command);
  void set_answer(Answer answer);
  void erase_answer(const std::string& command);

  // By waiting_id() of a thread key, or the empty id; nullptr: nothing waits.
  const Waiting* waiting(const Id& id);
  void set_waiting(const Id& id, Waiting waiting);
  void erase_waiting(const Id& id);

  // nullptr: there is none. Say changed() after changing it.
  KpiWindow* window(const WindowId& id);
  KpiWindow& create_window(const WindowId& id);
  void changed(const WindowId& id, const KpiWindow& window);
  void erase_window(const WindowId& id);
  // Empty for an unknown one. Ids of shelves name no group.
  KpiShelf shelf(const WindowId& id);
  void set_shelf(const WindowId& id, const KpiShelf& shelf);
  void erase_shelf(const WindowId& id);
  // By the text of its group; empty: nothing was told.
  TrendState trend(const std::string& group);
  void set_trend(const std::string& group, TrendState trend);
  void erase_trend(const std::string& group);

  // The linker's records, if its shard lives here.
  stitch::Links& links() { return *this; }

  const std::optional<Error>& error() const { return error_; }

  // What the transaction changed, for writing it down.
  const Conversations& conversations() const { return conversations_; }
  const Customers& customers() const { return customers_; }
  const Identifiers& identifiers() const { return identifiers_; }
  const Threads& threads() const { return threads_; }
  const LinkedOnes& linked_ones() const { return linked_; }
  const Components& components() const { return components_; }
  const Answers& answers() const { return answers_; }
  const Windows& windows() const { return windows_; }
  const Shelves& shelves() const { return shelves_; }
  const Trends& trends() const { return trends_; }
  const Waitings& waitings() const { return waitings_; }

  void saved(std::size_t budget_bytes);  // committed: keep, within the budget
  void forget_changes();                 // aborted
  void clear();

 private:
  // A customer's conversations that are over or merged, as long as they do not change. Side by
  // side, since each event looks at all of them.
  struct Pasts {
    struct One {
      Id id;
      Instant resolved;
      bool decided;
      std::size_t begin;  // its place in `prints`
      std::size_t end;
    };
    std::vector<One> each;
    std::vector<std::uint32_t> prints;  // of keys and moments

    const One* find(const Id& id) const;
    void forget(const Id& id);
  };

  // stitch::Links
  Linked* linked(const std::string& identifier) override;
  Linked& create_linked(const std::string& identifier) override;
  void changed(const Linked& linked) override;
  void erase(const Linked& linked) override;
  Component* component(const Id& customer) override;
  Component& create_component(const Id& customer) override;
  void changed(const Component& component) override;
  void erase(const Component& component) override;

  // Does `what` to every cache of what is stored.
  template <class What>
  void each_cache(What&& what) {
    what(conversations_);
    what(customers_);
    what(identifiers_);
    what(threads_);
    what(linked_);
    what(components_);
    what(answers_);
    what(windows_);
    what(shelves_);
    what(trends_);
    what(waitings_);
  }

  Conversations::Node* conversation_node(const Id& id);
  void remember(const Conversation& conversation);
  void forget_past(const Conversation& conversation);
  void fail(Error error);

  Loader& loader_;
  Conversations conversations_;
  Customers customers_;
  Identifiers identifiers_;
  Threads threads_;
  LinkedOnes linked_;
  Components components_;
  Answers answers_;
  Windows windows_;
  Shelves shelves_;
  Trends trends_;
  Waitings waitings_;
  Cache<Id, Pasts> pasts_;  // by customer
  std::vector<std::uint32_t> wanted_;
  std::optional<Error> error_;
};

}  // namespace vaste::core
