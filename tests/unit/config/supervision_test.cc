#include "config/supervision.h"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

namespace vaste::config {
namespace {

struct Row {
  const char* name;
  const char* socket;
  const char* usec;
  const char* pid;
  const char* is_socket;
  Millis watchdog;

  friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }
};

class Supervised : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Environment, Supervised, testing::ValuesIn(std::vector<Row>{
  {"Nobody",         nullptr,        nullptr,    nullptr, "",             Millis(0)},
  {"NoWatchdog",     "/run/notify",  nullptr,    nullptr, "/run/notify",  Millis(0)},
  {"Both",           "/run/notify",  "60000000", "7",     "/run/notify",  Millis(60000)},
  {"ForAll",         "@notify",      "60000000", nullptr, "@notify",      Millis(60000)},
  {"ForOurParent",   "/run/notify",  "60000000", "6",     "/run/notify",  Millis(0)},
  {"NoNumber",       "/run/notify",  "1min",     "7",     "/run/notify",  Millis(0)},
  {"NoPath",         "notify",       "60000000", "7",     "",             Millis(60000)},
}), testing::PrintToStringParamName());
// clang-format on

TEST_P(Supervised, IsReadFromItsVariables) {
  const Row& row = GetParam();
  const Supervision out = supervision(row.socket, row.usec, row.pid, 7);
  EXPECT_EQ(out.socket, row.is_socket);
  EXPECT_EQ(out.watchdog, row.watchdog);
}

}  // namespace
}  // namespace vaste::config
