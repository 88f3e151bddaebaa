#include "app/board.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <vector>

namespace vaste::app {

namespace {
constexpr std::size_t kBatch = 5000;
constexpr Millis kPatience{10000};
constexpr std::uint16_t kConversations = 0, kAlerts = 1, kEnriched = 2;
constexpr std::int64_t kEarliest = -2;
constexpr std::int64_t kLatest = -1;
}  // namespace

Screen::Screen(bool plain) : plain_(plain || isatty(STDOUT_FILENO) == 0) {
  if (!plain_) std::fputs("\x1b[?25l\x1b[2J", stdout);
}

Screen::~Screen() {
  if (!plain_) std::fputs("\x1b[?25h\n", stdout);
  std::fflush(stdout);
}

void Screen::draw(Wall& wall, Instant now, const std::string& footer) const {
  if (plain_) {
    std::fputs(wall.plain(now).c_str(), stdout);
  } else {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    const std::string text =
        wall.render(now, known ? size.ws_col : 80, known ? size.ws_row : 24, true, footer);
    std::fputs("\x1b[H", stdout);
    std::fputs(text.c_str(), stdout);
  }
  std::fflush(stdout);
}

Status Outputs::start(const kafka::ClientConfig& client, const config::Config& config) {
  const std::array topics{config.topics.conversations, config.topics.alerts,
                          config.topics.enriched};
  auto reader = kafka::PartitionReader::create(client, {topics.begin(), topics.end()});
  if (!reader) return tl::unexpected(reader.error());
  reader_ = std::move(*reader);
  std::vector<kafka::Position> from;
  for (const std::uint16_t topic : {kConversations, kAlerts, kEnriched}) {
    const std::string& name = topics.at(topic);
    auto count = reader_->partitions(name, kPatience);
    if (!count) return tl::unexpected(count.error());
    for (std::int32_t i = 0; i < *count; ++i) {
      from.push_back({{name, i}, topic == kEnriched ? kLatest : kEarliest});
      if (topic != kEnriched) to_reach_.emplace(topic, i);
    }
  }
  return reader_->assign(from);
}

Status Outputs::read(Wall& wall, Millis patience) {
  auto polled = reader_->poll(kBatch, patience);
  if (!polled) return tl::unexpected(polled.error());
  std::uint64_t events = 0;
  for (const kafka::Record& record : polled->records) {
    const int size = static_cast<int>(record.value.size());
    if (record.topic == kConversations && record.null_value) {
      wall.on_forgotten(std::string(record.key));
    } else if (record.topic == kConversations) {
      if (conversation_.ParseFromArray(record.value.data(), size))
        wall.on_conversation(conversation_);
    } else if (record.topic == kAlerts) {
      if (!record.null_value && alert_.ParseFromArray(record.value.data(), size))
        wall.on_alert(alert_);
    } else {
      ++events;
    }
  }
  for (const kafka::End& end : polled->ends) to_reach_.erase({end.topic, end.partition});
  wall.on_events(events);
  return {};
}

}  // namespace vaste::app
