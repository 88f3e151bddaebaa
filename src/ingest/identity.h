// What one version of a policy says of the identifiers of single events: who is nobody, who we are
// ourselves, how addresses are read.
//
// Immutable; made once for each version.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/normalise.h"
#include "model/incoming.h"
#include "model/policy.h"

namespace vaste::ingest {

// Texts of identifiers, some with a '*' at one end of what stands behind the kind. What is written
// is normalised as events are, so "email:Info@Example.org" holds info@example.org.
class Patterns {
 public:
  Patterns(const std::vector<std::string>& written, const MailRules& mail);
  bool hold(std::string_view identifier) const;

 private:
  struct Ending {
    std::string kind;  // "email:"
    std::string end;   // "@example.org"
  };
  void add(std::string_view written, const MailRules& mail);

  std::set<std::string, std::less<>> whole_;
  std::vector<std::string> beginnings_;
  std::vector<Ending> endings_;
};

class Identity {
 public:
  explicit Identity(const IdentityRules& rules);

  Habits habits(std::string_view region) const { return {region, mail_}; }
  // Takes away who is nobody (DOMAIN 7.2); what came from ourselves alone is known as that (6.6).
  void judge(Incoming& incoming) const;

 private:
  MailRules mail_;
  Patterns denied_;
  Patterns own_;
};

}  // namespace vaste::ingest
