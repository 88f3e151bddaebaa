#include "serve/http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <system_error>
#include <utility>

namespace vaste::serve {
namespace {

constexpr unsigned kConnections = 256;
constexpr unsigned kConnectionsPerIp = 32;
constexpr unsigned kIdleSeconds = 15;
constexpr std::size_t kConnectionBytes = 16 << 10;  // request line and headers, ours included
constexpr int kBacklog = 64;

struct Header {
  const char* name;
  const char* value;
};
constexpr Header kSafe[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"},
};

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

Result<Address> parse_address(const std::string& listen, std::uint16_t port) {
  Address out;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  if (inet_pton(AF_INET, listen.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    out.size = sizeof *v4;
    return out;
  }
  if (inet_pton(AF_INET6, listen.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    out.size = sizeof *v6;
    return out;
  }
  return failure(Code::kConfig,
                 "http.listen: \"" + listen + "\" is no IP address; write 127.0.0.1 or ::1");
}

std::string place(const std::string& listen, std::uint16_t port) {
  return listen + " port " + std::to_string(port);
}

// Ours rather than the library's, so that what is wrong with the address can be said.
Result<int> open_socket(const std::string& listen, std::uint16_t port) {
  const auto address = parse_address(listen, port);
  if (!address) return tl::unexpected<Error>(address.error());
  const auto* raw = reinterpret_cast<const sockaddr*>(&address->storage);
  const int fd = socket(raw->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  // A restart must not wait for the last process's connections to be forgotten.
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd >= 0 && bind(fd, raw, address->size) == 0 && ::listen(fd, kBacklog) == 0) return fd;
  const int why = errno;
  if (fd >= 0) close(fd);
  return failure(why == EACCES || why == EPERM ? Code::kPermission : Code::kUnavailable,
                 "cannot listen on " + place(listen, port) + ": " +
                     std::generic_category().message(why) + "; set http.port to a free one");
}

std::uint16_t port_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

MHD_Result send(MHD_Connection* connection, const Response& page) {
  MHD_Response* response = MHD_create_response_from_buffer(
      page.body.size(), const_cast<char*>(page.body.data()), MHD_RESPMEM_MUST_COPY);
  if (!response) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", page.content_type.c_str());
  for (const Header& header : kSafe) MHD_add_response_header(response, header.name, header.value);
  if (page.status == MHD_HTTP_METHOD_NOT_ALLOWED)
    MHD_add_response_header(response, "Allow", "GET, HEAD");
  const MHD_Result result =
      MHD_queue_response(connection, static_cast<unsigned>(page.status), response);
  MHD_destroy_response(response);
  return result;
}

bool has_body(MHD_Connection* connection) {
  const char* length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
  return (length && std::strcmp(length, "0") != 0) ||
         MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Transfer-Encoding");
}

Response plain(int status, const char* text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = text};
}

}  // namespace

// What the library calls back; nothing may be thrown through it.
struct Handlers {
  static bool is_read(const std::string& method) { return method == "GET" || method == "HEAD"; }

  static Response answer(const HttpServer& server, MHD_Connection* connection,
                         const std::string& method, const std::string& path) {
    if (!is_read(method)) return plain(405, "only GET and HEAD\n");
    if (has_body(connection)) return plain(413, "no body is taken\n");
    const auto route = server.routes_.find(path);
    if (route == server.routes_.end()) return plain(404, "no such page\n");
    try {
      return route->second();
    } catch (const std::exception&) {
      return plain(500, "internal error\n");
    }
  }

  // Called when the headers are here, and again when the (empty) body is. Answering the first call
  // closes the connection, which is right for what is refused: its body is never read. Others keep
  // theirs.
  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url,
                               const char* method, const char*, const char*, std::size_t*,
                               void** seen) try {
    auto& server = *static_cast<HttpServer*>(self);
    if (*seen == nullptr && is_read(method) && !has_body(connection)) {
      *seen = self;
      return MHD_YES;
    }
    const std::string path = url;
    const auto began = std::chrono::steady_clock::now();
    const Response page = answer(server, connection, method, path);
    if (server.counted_)
      server.counted_(server.routes_.contains(path) ? path : "_other", page.status,
                      std::chrono::steady_clock::now() - began);
    return send(connection, page);
  } catch (const std::exception&) {
    return MHD_NO;  // closes the connection
  }
};

HttpServer::HttpServer(Routes routes, Counted counted)
    : routes_(std::move(routes)), counted_(std::move(counted)) {}

HttpServer::~HttpServer() {
  if (daemon_) MHD_stop_daemon(daemon_);
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const std::string& listen, std::uint16_t port,
                                                      Routes routes, Counted counted) {
  const auto fd = open_socket(listen, port);
  if (!fd) return tl::unexpected<Error>(fd.error());
  std::unique_ptr<HttpServer> server(new HttpServer(std::move(routes), std::move(counted)));
  server->port_ = port_of(*fd);
  server->daemon_ = MHD_start_daemon(
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, 0, nullptr, nullptr, &Handlers::on_request,
      server.get(), MHD_OPTION_LISTEN_SOCKET, *fd, MHD_OPTION_CONNECTION_LIMIT, kConnections,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, kConnectionsPerIp, MHD_OPTION_CONNECTION_TIMEOUT,
      kIdleSeconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionBytes, MHD_OPTION_END);
  // The library closes the socket itself, also when it fails.
  if (!server->daemon_)
    return failure(Code::kUnavailable, "cannot serve on " + place(listen, server->port_) +
                                           ": no thread or epoll descriptor left");
  return server;
}

}  // namespace vaste::serve
