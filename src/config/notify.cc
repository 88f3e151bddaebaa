#include "config/notify.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "config/secrets.h"
#include "config/units.h"

namespace vaste::config {
namespace {

constexpr std::size_t kMostWebhooks = 16;
constexpr std::size_t kLeastSecret = 16;
constexpr int kMappedBits = 96;

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

bool is_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '#' && c != '\\'; });
}

std::optional<std::array<std::uint8_t, 16>> parse_address(const std::string& text, bool& is_v4) {
  std::array<std::uint8_t, 16> out{};
  in_addr v4{};
  is_v4 = inet_pton(AF_INET, text.c_str(), &v4) == 1;
  if (is_v4) {
    out[10] = out[11] = 0xff;
    std::memcpy(out.data() + 12, &v4, sizeof v4);
    return out;
  }
  if (inet_pton(AF_INET6, text.c_str(), out.data()) != 1) return std::nullopt;
  return out;
}

std::optional<Url> read_url(const Value& value, Report& report, const Notify& notify,
                            std::string_view example) {
  const auto text = read_text(value, report, example);
  if (!text) return std::nullopt;
  auto url = parse_url(*text);
  if (!url) {
    report.error(value.place, fmt::format("{}: expected an address as `{}`, without user, password "
                                          "or fragment",
                                          written(value), example));
    return std::nullopt;
  }
  if (is_this_machine(url->host)) return url;
  if (!url->tls && !notify.plain_http) {
    report.error(value.place, fmt::format("{}: other machines are spoken to by https only, unless "
                                          "`notify.allow_plain_http` is true",
                                          written(value)));
    return std::nullopt;
  }
  const auto& hosts = notify.hosts;
  if (std::find(hosts.begin(), hosts.end(), url->host) != hosts.end()) return url;
  report.error(value.place,
               fmt::format("{}: `{}` is not under `notify.allowed_hosts`: add it there "
                           "if alerts may go to it",
                           written(value), url->host));
  return std::nullopt;
}

void read_alertmanager(const Value& value, Report& report, Notify& notify) {
  Map map(value, report, "url: http://127.0.0.1:9093");
  if (!map.usable()) return;
  AlertmanagerSink sink;
  const Value* url = map.get("url");
  if (const Value* resend = map.get("resend_interval"))
    sink.resend =
        read_duration(*resend, report, kLeastResend, kMostResend, "1m").value_or(sink.resend);
  if (const Value* most = map.get("max_alerts_per_queue"))
    sink.most_per_queue =
        static_cast<int>(read_count(*most, report, 1, kMostPerQueue).value_or(sink.most_per_queue));
  if (const Value* hold = map.get("hold_pages_outside_hours"))
    sink.hold_pages = read_bool(*hold, report).value_or(sink.hold_pages);
  map.finish();
  if (url == nullptr) {
    report.error(value.place, value.path + ": `url` is missing, e.g. `url: http://127.0.0.1:9093`");
    return;
  }
  const auto read = read_url(*url, report, notify, "http://127.0.0.1:9093");
  if (!read) return;
  sink.url = *read;
  notify.alertmanager = std::move(sink);
}

bool is_sink_name(std::string_view name) {
  return !name.empty() && name.size() <= 32 && name[0] != '-' && name[0] != '_' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

std::optional<std::string> read_sink_name(const Value& value, Report& report,
                                          const Notify& notify) {
  auto name = read_text(value, report, "desk");
  if (!name) return std::nullopt;
  const bool twice = std::any_of(notify.webhooks.begin(), notify.webhooks.end(),
                                 [&](const WebhookSink& one) { return one.name == *name; });
  if (is_sink_name(*name) && *name != "alertmanager" && !twice) return name;
  report.error(value.place,
               fmt::format("{}: expected a name of its own: 1 to 32 small letters, digits, `_` or "
                           "`-`, not `alertmanager`",
                           written(value)));
  return std::nullopt;
}

void read_webhook(const Value& value, Report& report, Notify& notify) {
  constexpr std::string_view kUrl = "https://hooks.example.org/vaste";
  Map map(value, report, "{name: desk, url: ..., secret: {env: DESK_SECRET}}");
  if (!map.usable()) return;
  WebhookSink sink;
  std::size_t good = 0;
  for (const std::string_view key : {"name", "url", "secret"}) {
    const Value* found = map.get(key);
    if (found == nullptr) {
      report.error(value.place, fmt::format("{}: `{}` is missing", value.path, key));
      continue;
    }
    std::optional<std::string> text;
    if (key == "name") text = read_sink_name(*found, report, notify);
    if (key == "secret")
      text = read_secret(*found, report, "/etc/vaste/desk.secret", "DESK_SECRET");
    if (key == "secret" && text && text->size() < kLeastSecret) {
      report.error(found->place, fmt::format("{}: the secret found there has fewer than {} bytes: "
                                             "a signature made with it can be guessed",
                                             found->path, kLeastSecret));
      continue;
    }
    if (key == "url") {
      const auto url = read_url(*found, report, notify, kUrl);
      if (!url) continue;
      sink.url = *url;
    } else if (text) {
      (key == "name" ? sink.name : sink.secret) = *text;
    } else {
      continue;
    }
    ++good;
  }
  map.finish();
  if (good == 3) notify.webhooks.push_back(std::move(sink));
}

void read_networks(const Value& value, Report& report, Notify& notify) {
  for (const Value& item : read_list(value, report, "10.1.0.0/16", true)) {
    const auto text = read_text(item, report, "10.1.0.0/16");
    if (!text) continue;
    if (const auto network = parse_network(*text)) {
      notify.networks.push_back(*network);
    } else {
      report.error(item.place,
                   fmt::format("{}: expected a network as `10.1.0.0/16`", written(item)));
    }
  }
}

}  // namespace

std::string text(const Url& url) {
  const bool v6 = url.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}{}", url.tls ? "https" : "http", v6 ? "[" : "", url.host,
                     v6 ? "]" : "", url.port, url.path);
}

std::string without_path(const Url& url) {
  Url bare = url;
  bare.path = url.path.size() > 1 ? "/[hidden]" : url.path;
  return text(bare);
}

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  if (text.starts_with("https://")) {
    url.tls = true;
  } else if (!text.starts_with("http://")) {
    return std::nullopt;
  }
  text.remove_prefix(url.tls ? 8 : 7);
  const auto slash = std::min(text.find('/'), text.size());
  std::string_view host = text.substr(0, slash);
  url.path = slash == text.size() ? "/" : std::string(text.substr(slash));
  if (!is_path(url.path) || url.path.size() > 1024) return std::nullopt;
  std::string_view port;
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    port = host.substr(end + 1);
    host = host.substr(1, end - 1);
    bool is_v4 = false;
    if (!parse_address(std::string(host), is_v4) || is_v4) return std::nullopt;
  } else {
    const auto colon = std::min(host.find(':'), host.size());
    port = host.substr(colon);
    host = host.substr(0, colon);
    if (!is_host_name(host)) return std::nullopt;
  }
  url.port = url.tls ? 443 : 80;
  if (!port.empty()) {
    const auto number = port[0] == ':' ? parse_integer(port.substr(1)) : std::nullopt;
    if (!number || *number < 1 || *number > 65535) return std::nullopt;
    url.port = static_cast<std::uint16_t>(*number);
  }
  url.host = host;
  return url;
}

std::optional<Network> parse_network(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  bool is_v4 = false;
  const auto address = parse_address(std::string(text.substr(0, slash)), is_v4);
  if (!address) return std::nullopt;
  const int most = is_v4 ? 32 : 128;
  std::int64_t bits = most;
  if (slash != text.size()) {
    const auto number = parse_integer(text.substr(slash + 1));
    if (!number || *number < 0 || *number > most) return std::nullopt;
    bits = *number;
  }
  return Network{*address, static_cast<int>(bits) + (is_v4 ? kMappedBits : 0), std::string(text)};
}

bool is_this_machine(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  in_addr v4{};
  return inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127;
}

std::string link_problem(const std::string& text) {
  return parse_url(text) ? "" : "expected an address of http or https";
}

void read_sinks(Map& section, Notify& notify, Report& report) {
  notify.wanted = true;
  if (const Value* value = section.get("allow_plain_http"))
    notify.plain_http = read_bool(*value, report).value_or(false);
  if (const Value* value = section.get("allowed_hosts")) {
    for (const Value& item : read_list(*value, report, "hooks.example.org", true)) {
      const auto host = read_text(item, report, "hooks.example.org");
      if (host) notify.hosts.push_back(*host);
    }
  }
  if (const Value* value = section.get("allowed_networks")) read_networks(*value, report, notify);
  if (const Value* value = section.get("alertmanager")) read_alertmanager(*value, report, notify);
  const Value* webhooks = section.get("webhooks");
  if (webhooks == nullptr) return;
  const auto all = read_list(*webhooks, report, "{name: desk, url: ...}", false);
  if (all.size() > kMostWebhooks)
    report.error(webhooks->place, fmt::format("more than {} webhooks: let one of them pass on what "
                                              "it gets",
                                              kMostWebhooks));
  for (const Value& item : all) read_webhook(item, report, notify);
}

std::string shown_sinks(const Notify& notify) {
  std::string out = fmt::format("  allow_plain_http: {}\n", notify.plain_http);
  if (!notify.hosts.empty()) out += "  allowed_hosts: [" + join(notify.hosts, ", ") + "]\n";
  std::vector<std::string> networks;
  for (const Network& one : notify.networks) networks.push_back('"' + one.text + '"');
  if (!networks.empty()) out += "  allowed_networks: [" + join(networks, ", ") + "]\n";
  if (notify.alertmanager) {
    const AlertmanagerSink& sink = *notify.alertmanager;
    out += fmt::format(
        "  alertmanager: {{url: \"{}\", resend_interval: {}, max_alerts_per_queue: {}, "
        "hold_pages_outside_hours: {}}}\n",
        text(sink.url), duration_text(sink.resend), sink.most_per_queue, sink.hold_pages);
  }
  if (!notify.webhooks.empty()) out += "  webhooks:\n";
  for (const WebhookSink& sink : notify.webhooks)
    out += fmt::format("    - {{name: {}, url: \"{}\", secret: \"[hidden]\"}}\n", sink.name,
                       without_path(sink.url));
  return out;
}

}  // namespace vaste::config
