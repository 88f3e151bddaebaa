#include "serve/http.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace vaste::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

class Connection {
 public:
  explicit Connection(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};  // a lost answer fails rather than hangs
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    open_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send_text(const std::string& text) const {
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t some = ::send(fd_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (some <= 0) return;
      sent += static_cast<std::size_t>(some);
    }
  }
  // All that comes until the other side closes.
  std::string rest() const {
    std::string out;
    char buffer[4096];
    for (ssize_t some; (some = recv(fd_, buffer, sizeof buffer, 0)) > 0;)
      out.append(buffer, static_cast<std::size_t>(some));
    return out;
  }
  // The first bytes; empty if the other side closed.
  std::string some() const {
    char buffer[4096];
    const ssize_t size = recv(fd_, buffer, sizeof buffer, 0);
    return {buffer, size > 0 ? static_cast<std::size_t>(size) : 0};
  }
  bool open() const { return open_; }

 private:
  int fd_;
  bool open_ = false;
};

class Http : public ::testing::Test {
 protected:
  void SetUp() override {
    HttpServer::Routes routes;
    routes["/metrics"] = [] { return Response{.body = "vaste_ready 1\n"}; };
    routes["/readyz"] = [] {
      return Response{.status = 503, .content_type = "application/json", .body = "{}"};
    };
    routes["/large"] = [] { return Response{.body = std::string(3 << 20, 'x')}; };
    routes["/broken"] = []() -> Response { throw std::runtime_error("secret"); };
    auto server = HttpServer::start(
        "127.0.0.1", 0, std::move(routes),
        [this](const std::string& route, int code, std::chrono::nanoseconds took) {
          const std::lock_guard lock(mutex_);
          EXPECT_GT(took.count(), 0);
          counted_.emplace_back(route, code);
        });
    ASSERT_TRUE(server.has_value()) << server.error().detail;
    server_ = std::move(*server);
  }

  std::string ask(const std::string& line, const std::string& headers = "",
                  const std::string& body = "") {
    const Connection connection(server_->port());
    EXPECT_TRUE(connection.open());
    connection.send_text(line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n" +
                         body);
    return connection.rest();
  }
  std::vector<std::pair<std::string, int>> counted() {
    const std::lock_guard lock(mutex_);
    return counted_;
  }

  std::unique_ptr<HttpServer> server_;

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, int>> counted_;
};

TEST_F(Http, GivesThePage) {
  EXPECT_NE(server_->port(), 0);
  const std::string answer = ask("GET /metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(answer, HasSubstr("default-src 'none'"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nvaste_ready 1\n"));
}

TEST_F(Http, PassesStatusAndTypeOn) {
  const std::string answer = ask("GET /readyz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/json\r\n"));
}

TEST_F(Http, AQueryIsNoPartOfTheRoute) {
  EXPECT_THAT(ask("GET /metrics?x=1"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Http, HeadHasTheHeadersAlone) {
  const std::string answer = ask("HEAD /metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 14\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(Http, ALargePageComesWhole) {
  const std::string answer = ask("GET /large");
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, std::size_t{3} << 20);
}

TEST_F(Http, WhatIsNotThereIsNotEchoed) {
  for (const char* path : {"/secret", "/metrics/", "/metrics/../secret", "/%73ecret", "/METRICS",
                           "/<script>secret</script>"}) {
    const std::string answer = ask(std::string("GET ") + path, "X-Secret: secret\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 ")) << path;
    EXPECT_THAT(answer, Not(HasSubstr("ecret"))) << path;
    EXPECT_THAT(answer, HasSubstr("nosniff")) << path;
  }
}

TEST_F(Http, OnlyReading) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"}) {
    const std::string answer = ask(std::string(method) + " /metrics");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n")) << method;
  }
}

TEST_F(Http, NoBodyIsTaken) {
  EXPECT_THAT(ask("GET /metrics", "Content-Length: 3\r\n", "abc"), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("GET /metrics", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask("GET /metrics", "Content-Length: 0\r\n"), StartsWith("HTTP/1.1 200 "));
  // Refused before it comes, so a gigabyte that is only announced costs nothing.
  EXPECT_THAT(ask("POST /metrics", "Content-Length: 1000000000\r\n"), StartsWith("HTTP/1.1 405 "));
}

TEST_F(Http, HeadersHaveALimit) {
  const std::string small = "X-Long: " + std::string(8 << 10, 'x') + "\r\n";
  EXPECT_THAT(ask("GET /metrics", small), StartsWith("HTTP/1.1 200 "));
  const std::string large = "X-Long: " + std::string(64 << 10, 'x') + "\r\n";
  EXPECT_THAT(ask("GET /metrics", large), HasSubstr(" 431 "));
  EXPECT_THAT(ask("GET /" + std::string(64 << 10, 'x')), HasSubstr(" 414 "));
  EXPECT_THAT(ask("GET /metrics"), StartsWith("HTTP/1.1 200 ")) << "and goes on";
}

TEST_F(Http, WhatIsNoHttpDoesNotStopIt) {
  for (const std::string& noise : {std::string("\r\n\r\n\r\n"), std::string(1000, '\0'),
                                   std::string("GET\r\n\r\n"), std::string("\x16\x03\x01\x02")}) {
    const Connection connection(server_->port());
    connection.send_text(noise);
  }
  EXPECT_THAT(ask("GET /metrics"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(Http, AHandlerThatThrowsIsA500) {
  const std::string answer = ask("GET /broken");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, Not(HasSubstr("secret")));
}

TEST_F(Http, CountsByRouteNeverByPath) {
  ask("GET /metrics");
  ask("GET /whatever");
  ask("POST /metrics");
  ask("GET /broken");
  EXPECT_THAT(counted(), ElementsAre(Pair("/metrics", 200), Pair("_other", 404),
                                     Pair("/metrics", 405), Pair("/broken", 500)));
}

TEST_F(Http, OneConnectionServesSeveralRequests) {
  const Connection connection(server_->port());
  for (int i = 0; i < 3; ++i) {
    connection.send_text("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    std::string answer;
    while (!answer.ends_with("vaste_ready 1\n")) {
      const std::string more = connection.some();
      ASSERT_FALSE(more.empty());
      answer += more;
    }
  }
}

TEST_F(Http, OneAddressGets32Connections) {
  std::vector<std::unique_ptr<Connection>> idle;
  for (int i = 0; i < 32; ++i) {
    idle.push_back(std::make_unique<Connection>(server_->port()));
    idle.back()->send_text("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_FALSE(idle.back()->some().empty()) << i;
  }
  EXPECT_EQ(ask("GET /metrics"), "");
  idle.pop_back();
  // The server notices the free place when its thread comes round.
  std::string answer;
  for (int tries = 0; answer.empty() && tries < 1000; ++tries) answer = ask("GET /metrics");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
}

TEST(HttpStart, SaysWhatIsWrongWithTheAddress) {
  const auto name = HttpServer::start("localhost", 0, {}, {});
  ASSERT_FALSE(name.has_value());
  EXPECT_EQ(name.error().code, Code::kConfig);
  EXPECT_THAT(name.error().detail, HasSubstr("127.0.0.1"));

  const auto first = HttpServer::start("127.0.0.1", 0, {}, {});
  ASSERT_TRUE(first.has_value());
  const auto second = HttpServer::start("127.0.0.1", (*first)->port(), {}, {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::kUnavailable);
  EXPECT_THAT(second.error().detail, HasSubstr(std::to_string((*first)->port())));
}

TEST(HttpStart, APortIsFreeAgainAfterwards) {
  std::uint16_t port = 0;
  {
    const auto first = HttpServer::start("127.0.0.1", 0, {}, {});
    ASSERT_TRUE(first.has_value());
    port = (*first)->port();
    const Connection connection(port);
    ASSERT_TRUE(connection.open());
  }
  EXPECT_TRUE(HttpServer::start("127.0.0.1", port, {}, {}).has_value());
}

}  // namespace
}  // namespace vaste::serve
