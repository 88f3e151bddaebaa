#include "notify/http_client.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

#include "base/check.h"

namespace vaste::notify {
namespace {

struct Range {
  std::array<std::uint8_t, 16> first;
  int bits;
  const char* what;
};

constexpr std::array<std::uint8_t, 16> v4(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                                          std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
}
constexpr std::array<std::uint8_t, 16> v6(std::uint8_t a, std::uint8_t b, std::uint8_t c = 0,
                                          std::uint8_t d = 0) {
  return {a, b, c, d};
}

constexpr Range kLoopback4{v4(127, 0, 0, 0), 104, "this machine"};
constexpr Range kLoopback6{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "this machine"};

// What is no place on the public Internet (RFC 6890 and its successors). Addresses that carry an
// IPv4 address inside are refused as well: where they lead, a translator decides.
// clang-format off
constexpr Range kInside[] = {
    {v4(0, 0, 0, 0), 104, "no host"},
    {v4(10, 0, 0, 0), 104, "a private network"},
    {v4(100, 64, 0, 0), 106, "a provider's private network"},
    kLoopback4,
    {v4(169, 254, 0, 0), 112, "link-local, where metadata of clouds is"},
    {v4(172, 16, 0, 0), 108, "a private network"},
    {v4(192, 0, 0, 0), 120, "reserved"},
    {v4(192, 0, 2, 0), 120, "documentation"},
    {v4(192, 88, 99, 0), 120, "a relay"},
    {v4(192, 168, 0, 0), 112, "a private network"},
    {v4(198, 18, 0, 0), 111, "benchmarks"},
    {v4(198, 51, 100, 0), 120, "documentation"},
    {v4(203, 0, 113, 0), 120, "documentation"},
    {v4(224, 0, 0, 0), 99, "multicast or reserved"},
    kLoopback6,
    {v6(0, 0), 96, "no host"},
    {v6(0x00, 0x64, 0xff, 0x9b), 32, "a translated address"},
    {v6(0x01, 0x00), 64, "a black hole"},
    {v6(0x20, 0x01, 0x00, 0x00), 23, "reserved, or a tunnel"},
    {v6(0x20, 0x01, 0x0d, 0xb8), 32, "documentation"},
    {v6(0x20, 0x02), 16, "a tunnel"},
    {v6(0xfc, 0x00), 7, "a private network"},
    {v6(0xfe, 0x80), 10, "link-local"},
    {v6(0xfe, 0xc0), 10, "a private network"},
    {v6(0xff, 0x00), 8, "multicast"},
};
// clang-format on

bool begins_with(const Address& address, const std::array<std::uint8_t, 16>& first, int bits) {
  for (int bit = 0; bit < bits; bit += 8) {
    const auto at = static_cast<std::size_t>(bit) / 8;
    const int left = std::min(8, bits - bit);
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - left));
    if (((address[at] ^ first[at]) & mask) != 0) return false;
  }
  return true;
}

bool is_in(const Address& address, const Range& range) {
  return begins_with(address, range.first, range.bits);
}

std::optional<Address> address_of(const sockaddr& from) {
  Address out{};
  if (from.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &from, sizeof in);
    out[10] = out[11] = 0xff;
    std::memcpy(out.data() + 12, &in.sin_addr, 4);
    return out;
  }
  if (from.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 in{};
  std::memcpy(&in, &from, sizeof in);
  std::memcpy(out.data(), &in.sin6_addr, 16);
  return out;
}

struct Exchange {
  const std::vector<config::Network>* allowed = nullptr;
  bool here = false;
  std::string refused;
  std::size_t answered = 0;
};

// The address that curl looked up is the one that it connects to, and here it is seen.
curl_socket_t open_socket(void* data, curlsocktype, curl_sockaddr* where) {
  auto* exchange = static_cast<Exchange*>(data);
  const auto address = address_of(where->addr);
  exchange->refused = address ? refusal(*address, exchange->here, *exchange->allowed)
                              : "an address that is none of the Internet's";
  if (!exchange->refused.empty()) return CURL_SOCKET_BAD;
  return socket(where->family, where->socktype | SOCK_CLOEXEC, where->protocol);
}

std::size_t on_answer(const char*, std::size_t size, std::size_t count, void* data) {
  auto* exchange = static_cast<Exchange*>(data);
  exchange->answered += size * count;
  return exchange->answered > kMostAnswer ? 0 : size * count;  // 0 ends the transfer
}

struct List {
  curl_slist* first = nullptr;
  ~List() { curl_slist_free_all(first); }
};

}  // namespace

std::string refusal(const Address& address, bool here,
                    const std::vector<config::Network>& allowed) {
  if (here)
    return is_in(address, kLoopback4) || is_in(address, kLoopback6)
               ? ""
               : "the name is this machine's, the address is not";
  for (const config::Network& network : allowed)
    if (begins_with(address, network.address, network.bits)) return {};
  for (const Range& range : kInside)
    if (is_in(address, range))
      return std::string("its address is ") + range.what +
             "; `notify.allowed_networks` does not have it";
  return {};
}

struct HttpClient::Impl {
  CURL* curl = nullptr;
  std::vector<config::Network> allowed;
};

HttpClient::HttpClient(std::vector<config::Network> allowed) : impl_(std::make_unique<Impl>()) {
  static std::once_flag once;
  std::call_once(once, [] { VASTE_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
  impl_->curl = curl_easy_init();
  VASTE_CHECK(impl_->curl != nullptr);
  impl_->allowed = std::move(allowed);
}

HttpClient::~HttpClient() {
  curl_easy_cleanup(impl_->curl);
}

Result<int> HttpClient::post(const config::Url& url, const std::vector<std::string>& headers,
                             const std::string& body) {
  CURL* curl = impl_->curl;
  curl_easy_reset(curl);  // Keeps connections that are open.
  Exchange exchange{&impl_->allowed, config::is_this_machine(url.host), {}, 0};
  List list;
  for (const std::string& header : headers)
    list.first = curl_slist_append(list.first, header.c_str());
  list.first = curl_slist_append(list.first, "Expect:");
  const std::string address = text(url);
  curl_easy_setopt(curl, CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, url.tls ? "https" : "http");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(kAnswerPatience.count()));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "vaste");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list.first);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_answer);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
  const CURLcode code = curl_easy_perform(curl);
  if (!exchange.refused.empty() && code != CURLE_OK)
    return failure(Code::kPermission, url.host + ": " + exchange.refused);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  // Who answers more than is read has answered all the same.
  if (code == CURLE_WRITE_ERROR && status >= 200) return static_cast<int>(status);
  if (code != CURLE_OK) return failure(Code::kUnavailable, curl_easy_strerror(code));
  return static_cast<int>(status);
}

}  // namespace vaste::notify
