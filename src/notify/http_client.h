// The one place that sends HTTP. What is asked is checked again where it is connected to: the
// address itself, after the name was looked up, so that no name server can lead us inside.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"

struct sockaddr;

namespace vaste::notify {

inline constexpr Millis kAnswerPatience{5000};
inline constexpr std::size_t kMostAnswer = 64 << 10;  // headers and body; more is not read

using Address = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d

// Why nothing is sent there; empty: it may. `here`: the configuration names this machine, which is
// then the only thing that may be reached.
std::string refusal(const Address& address, bool here, const std::vector<config::Network>& allowed);

// Threads: one at a time. Redirects are not followed, proxies of the environment not used.
class HttpClient {
 public:
  explicit HttpClient(std::vector<config::Network> allowed);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // The status of the answer. Headers as "Name: value". Errors: kUnavailable (no answer in
  // kAnswerPatience, or none that is HTTP), kPermission (an address that is refused).
  Result<int> post(const config::Url& url, const std::vector<std::string>& headers,
                   const std::string& body);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vaste::notify
