// Who may be told of alerts is decided before anything is sent.
#include "config/notify.h"

#include "unit/config/reading.h"

namespace vaste::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Urls, AreReadInOneWayOrNotAtAll) {
  const auto url = parse_url("https://hooks.example.org/a?b=c");
  ASSERT_TRUE(url);
  EXPECT_EQ(text(*url), "https://hooks.example.org:443/a?b=c");
  EXPECT_EQ(text(*parse_url("http://[::1]:9093")), "http://[::1]:9093/");
  for (const char* bad :
       {"", "ftp://a/", "https://", "https://u:p@a/", "https://a@b/", "https://a:0/",
        "https://a:x/", "https://a/#b", "https://a\\b/", "https://a /", "https://a/ b",
        "https://[::1/", "//a/", "https://[127.0.0.1]/", "https://a:99999/"})
    EXPECT_FALSE(parse_url(bad)) << bad;
}

std::string hook(const std::string& url) {
  return kLeast + "notify: {alertmanager: {url: \"" + url + "\"}";
}

TEST(Sinks, AreThisMachineOrAllowed) {
  EXPECT_THAT(config_findings(hook("http://127.0.0.1:9093") + "}\n"), IsEmpty());
  EXPECT_THAT(config_findings(hook("http://localhost:9093") + "}\n"), IsEmpty());
  EXPECT_THAT(config_findings(hook("https://am.example.org") + "}\n"),
              ElementsAre(HasSubstr("allowed_hosts")));
  EXPECT_THAT(
      config_findings(hook("https://am.example.org") + ", allowed_hosts: am.example.org}\n"),
      IsEmpty());
  EXPECT_THAT(config_findings(hook("http://am.example.org") + ", allowed_hosts: am.example.org}\n"),
              ElementsAre(HasSubstr("https only")));
  EXPECT_THAT(config_findings(hook("http://127.0.0.1.example.org") + "}\n"),
              ElementsAre(HasSubstr("https only")));
}

}  // namespace
}  // namespace vaste::config
