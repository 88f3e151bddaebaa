// The listener that the roles share: a fixed set of pages, read only.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"

struct MHD_Daemon;

namespace vaste::serve {

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// GET and HEAD of exact paths. Whatever else is asked gets 404, 405, 413 or 431 with a fixed text:
// nothing that a client sent is ever sent back, logged or used as a label.
//
// Threads: handlers and `counted` are called on the server's one thread; a slow handler holds up
// all others. A handler that throws gives 500.
class HttpServer {
 public:
  using Routes = std::map<std::string, std::function<Response()>>;  // "/metrics" -> its page
  // The route is one of `routes`, or "_other".
  // `took`: to make the page.
  using Counted =
      std::function<void(const std::string& route, int code, std::chrono::nanoseconds took)>;

  // Binds and serves at once. `listen` is an address (127.0.0.1, ::1), not a name; port 0 takes a
  // free one. Errors: kConfig (no address), kUnavailable (the port is taken), kPermission.
  static Result<std::unique_ptr<HttpServer>> start(const std::string& listen, std::uint16_t port,
                                                   Routes routes, Counted counted);
  ~HttpServer();  // Waits for handlers that run; open connections are closed.
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  friend struct Handlers;
  HttpServer(Routes routes, Counted counted);

  Routes routes_;
  Counted counted_;
  MHD_Daemon* daemon_ = nullptr;
  std::uint16_t port_ = 0;
};

}  // namespace vaste::serve
