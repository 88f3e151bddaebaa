#include "config/changes.h"

#include <algorithm>

#include "config/notify.h"
#include "config/settings.h"

namespace vaste::config {

namespace {

bool same(const Source& one, const Source& other) {
  return one.topic == other.topic && one.format == other.format && one.lateness == other.lateness &&
         one.channels == other.channels && one.default_region == other.default_region;
}

bool same_secrets(const Notify& one, const Notify& other) {
  return std::ranges::equal(one.webhooks, other.webhooks, {}, &WebhookSink::secret,
                            &WebhookSink::secret);
}

// Metrics have a series for each from the start.
bool same_sinks(const Notify& one, const Notify& other) {
  return one.wanted == other.wanted &&
         one.alertmanager.has_value() == other.alertmanager.has_value() &&
         std::ranges::equal(one.webhooks, other.webhooks, {}, &WebhookSink::name,
                            &WebhookSink::name);
}

}  // namespace

Changes changes(const Config& from, const Config& to) {
  Changes found;
  for (const Setting& setting : settings()) {
    if (value_text(setting, from) == value_text(setting, to)) continue;
    if (setting.section == "log") {
      found.log = true;
    } else if (setting.section == "notify") {
      found.notify = true;
    } else {
      found.waiting.push_back(path(setting));
    }
  }
  if (from.kafka.properties != to.kafka.properties)
    found.waiting.emplace_back("kafka.properties or kafka.secrets");
  if (!std::ranges::equal(from.sources, to.sources, same)) found.waiting.emplace_back("sources");
  if (!same_sinks(from.notify, to.notify)) {
    found.waiting.emplace_back("notify: which sinks there are");
  } else if (shown_sinks(from.notify) != shown_sinks(to.notify) ||
             !same_secrets(from.notify, to.notify)) {
    found.notify = true;
  }
  return found;
}

}  // namespace vaste::config
