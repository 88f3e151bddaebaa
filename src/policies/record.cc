#include "policies/record.h"

#include <algorithm>

#include "vaste/v1/policy.pb.h"

namespace vaste::policies {

namespace {

constexpr std::uint32_t kFormat = 1;

void set(google::protobuf::Timestamp* out, Instant at) {
  const std::int64_t ms = to_ms(at);
  const std::int64_t seconds = ms >= 0 ? ms / 1000 : (ms - 999) / 1000;
  out->set_seconds(seconds);
  out->set_nanos(static_cast<std::int32_t>((ms - seconds * 1000) * 1000000));
}

Instant read(const google::protobuf::Timestamp& in) {
  return instant(in.seconds() * 1000 + in.nanos() / 1000000);
}

}  // namespace

std::string key_of(const Version& version) {
  return version.policy_id + '@' + std::to_string(to_ms(version.effective_from));
}

std::string encode(const Version& version) {
  v1::PolicyVersion out;
  out.set_format(kFormat);
  out.set_policy_id(version.policy_id);
  out.set_version(version.version);
  set(out.mutable_effective_from(), version.effective_from);
  set(out.mutable_applied(), version.applied);
  out.set_yaml(version.yaml);
  return out.SerializeAsString();
}

Result<Version> decode(std::string_view bytes) {
  v1::PolicyVersion in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || in.format() == 0)
    return failure(Code::kCorrupt, "not a policy version");
  if (in.format() > kFormat)
    return failure(Code::kCorrupt, "a policy version of format " + std::to_string(in.format()) +
                                       "; this vaste reads up to " + std::to_string(kFormat) +
                                       ": update it first");
  return Version{in.policy_id(), in.version(), read(in.effective_from()), read(in.applied()),
                 in.yaml()};
}

const Version* governing(const std::vector<Version>& versions, Instant at) {
  const auto after = std::upper_bound(
      versions.begin(), versions.end(), at,
      [](Instant instant, const Version& version) { return instant < version.effective_from; });
  return after == versions.begin() ? nullptr : &*std::prev(after);
}

}  // namespace vaste::policies
