// Conversations where they are kept, in a store or in the changelog: a record each, and of a long
// one blocks beside it.
//
// What is written for an event must not grow with what was before it. So the front of each long
// list stands in blocks of kBlockOf elements, and a block is written only when it is full or has
// changed: Conversation::kept_moments and its likes say how much in front is as it was written
// last, and whoever changes something there lowers them. A conversation without long lists is one
// record. Threads: as the store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "model/conversation.h"

namespace vaste::store {

using Get = std::function<Result<std::optional<std::string>>(const std::string& key)>;
// nullptr: there is no such record any more.
using Put = std::function<Status(std::string key, const std::string* value)>;

// nullopt: there is none. Errors: those of `get`, kCorrupt (a block that is missing, too),
// kNewerFormat.
Result<std::optional<Conversation>> load_conversation(const Id& id, const Get& get);
// The same where its record is at hand.
Result<Conversation> complete_conversation(const Id& id, std::string_view record, const Get& get);

// What has changed since it was loaded, or saved last.
Status save_conversation(Conversation& conversation, const Put& put);
Status erase_conversation(const Conversation& conversation, const Put& put);

}  // namespace vaste::store
