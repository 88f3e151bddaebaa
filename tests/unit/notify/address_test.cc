// Where nothing is sent, however the name of it is written.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "config/notify.h"
#include "notify/http_client.h"

namespace vaste::notify {
namespace {

Address address(const std::string& text) {
  const auto network = config::parse_network(text);
  EXPECT_TRUE(network) << text;
  return network ? network->address : Address{};
}

struct Row {
  const char* address;
  bool may;
  friend std::ostream& operator<<(std::ostream& out, const Row& it) { return out << it.address; }
};

class Reached : public testing::TestWithParam<Row> {};

// clang-format off
INSTANTIATE_TEST_SUITE_P(Of, Reached, testing::Values(
    Row{"93.184.216.34", true}, Row{"8.8.8.8", true}, Row{"2606:2800:220:1::1", true},
    Row{"172.15.255.255", true}, Row{"172.32.0.0", true}, Row{"100.63.255.255", true},
    Row{"100.128.0.0", true}, Row{"223.255.255.255", true}, Row{"11.0.0.0", true},
    Row{"0.0.0.0", false}, Row{"10.0.0.1", false}, Row{"10.255.255.255", false},
    Row{"100.64.0.1", false}, Row{"100.127.255.255", false},
    Row{"127.0.0.1", false}, Row{"127.255.255.254", false},
    Row{"169.254.169.254", false}, Row{"172.16.0.1", false}, Row{"172.31.255.255", false},
    Row{"192.168.1.1", false}, Row{"198.18.0.1", false}, Row{"198.19.255.255", false},
    Row{"224.0.0.1", false}, Row{"239.1.1.1", false}, Row{"240.0.0.1", false},
    Row{"255.255.255.255", false},
    Row{"::", false}, Row{"::1", false}, Row{"::ffff:10.0.0.1", false},
    Row{"::ffff:127.0.0.1", false}, Row{"::ffff:8.8.8.8", true}, Row{"::127.0.0.1", false},
    Row{"64:ff9b::a00:1", false}, Row{"2002:a00:1::", false}, Row{"2001::1", false},
    Row{"fc00::1", false}, Row{"fd12:3456::1", false}, Row{"fe80::1", false},
    Row{"febf::1", false}, Row{"fec0::1", false}, Row{"fd00:ec2::254", false}, Row{"ff02::1", false}));
// clang-format on

TEST_P(Reached, OnlyIfPublic) {
  EXPECT_EQ(refusal(address(GetParam().address), false, {}).empty(), GetParam().may);
}

TEST(Reached, PrivateOnesIfTheConfigurationSaysSo) {
  const std::vector<config::Network> allowed{*config::parse_network("10.1.0.0/16"),
                                             *config::parse_network("fd00:1::/32")};
  EXPECT_EQ(refusal(address("10.1.255.9"), false, allowed), "");
  EXPECT_EQ(refusal(address("fd00:1::9"), false, allowed), "");
  EXPECT_THAT(refusal(address("10.2.0.1"), false, allowed), testing::HasSubstr("private"));
  EXPECT_THAT(refusal(address("fd00:2::9"), false, allowed), testing::HasSubstr("private"));
}

// `localhost` that leads elsewhere is a trap, whatever else is allowed.
TEST(Reached, ThisMachineIsThisMachine) {
  const std::vector<config::Network> all{*config::parse_network("0.0.0.0/0")};
  EXPECT_EQ(refusal(address("127.0.0.1"), true, {}), "");
  EXPECT_EQ(refusal(address("::1"), true, {}), "");
  EXPECT_NE(refusal(address("8.8.8.8"), true, all), "");
}

TEST(Post, GoesNowhereWhereItMayNot) {
  HttpClient client({});
  const auto answer = client.post({false, "169.254.169.254", 80, "/"}, {}, "{}");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kPermission);
  EXPECT_THAT(answer.error().detail, testing::HasSubstr("metadata"));
}

}  // namespace
}  // namespace vaste::notify
