#include "engine/policy_board.h"

#include <google/protobuf/util/time_util.h>

#include <utility>
#include <vector>

#include "base/log.h"
#include "engine/progress.h"

namespace vaste::engine {

namespace {

constexpr Millis kStartPatience{30000};
constexpr Millis kFollowPatience{200};
constexpr Millis kRetry{1000};
// Each costs a mebibyte for every calendar that it changes, in every engine.
constexpr std::size_t kMostVersions = 256;

std::string text(Instant at) {
  using google::protobuf::util::TimeUtil;
  return TimeUtil::ToString(TimeUtil::MillisecondsToTimestamp(to_ms(at)));
}

}  // namespace

Result<Policy> policy_of(const policies::Version& version, const std::string& id) {
  const std::string name = "version " + version.version;
  if (version.policy_id != id)
    return failure(Code::kConfig,
                   name + " is of policy `" + version.policy_id + "`, and `" + id + "` runs here");
  if (version.effective_from <= kNever || version.effective_from > kEndOfTime)
    return failure(Code::kConfig, name + ": begins at no time that can be");
  std::vector<config::Finding> findings;
  // Files that it names would be looked for in a folder that is not: each engine would find others.
  auto policy = config::parse_policy(version.yaml, "vaste.policies/" + name, findings);
  if (policy) return policy;
  std::string why = name + " cannot be used; correct it and apply it again:";
  for (const config::Finding& finding : findings)
    if (finding.error) why += "\n  " + config::text(finding);
  return failure(Code::kConfig, why);
}

PolicyBoard::PolicyBoard(const config::Config& config, kafka::ClientConfig client, Policy file,
                         metrics::Registry& registry, serve::Health& health)
    : config_(config),
      client_(std::move(client)),
      file_(std::move(file)),
      registry_(registry),
      health_(health),
      timeline_(
          std::make_shared<const clocks::Timeline>(file_, std::vector<clocks::DatedPolicy>())) {}

PolicyBoard::~PolicyBoard() {
  stop();
}

Status PolicyBoard::start() {
  health_.not_ready("policies", "reading " + config_.topics.policies);
  const Instant until = wall_clock() + kStartPatience;
  while (!topic_) {
    auto topic =
        policies::Topic::open(client_, config_.topics.policies, kStartPatience,
                              [this](const policies::Version& version) { return accept(version); });
    if (topic) {
      topic_ = std::move(*topic);
      break;
    }
    // A broker that has just come, or a topic that has just been made, is not led for a moment.
    if (topic.error().code != Code::kUnavailable || wall_clock() > until)
      return tl::unexpected(topic.error());
    log::warning(config_.topics.policies + " cannot be read yet: " + topic.error().detail);
    std::this_thread::sleep_for(kRetry);
  }
  publish();
  health_.ready("policies");
  thread_ = std::thread([this] { run(); });
  return {};
}

void PolicyBoard::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const clocks::Timeline> PolicyBoard::timeline() const {
  const std::lock_guard lock(mutex_);
  return timeline_;
}

Status PolicyBoard::accept(const policies::Version& version) {
  auto policy = policy_of(version, file_.id);
  if (!policy) return tl::unexpected(policy.error());
  const std::string key = policies::key_of(version);
  if (!parsed_.contains(key) && parsed_.size() >= kMostVersions)
    return failure(Code::kConfig, "version " + version.version + ": more than " +
                                      std::to_string(kMostVersions) +
                                      " versions; make the newest the file of the configuration, "
                                      "and the topic anew");
  parsed_.insert_or_assign(key, std::move(*policy));
  return {};
}

void PolicyBoard::run() {
  while (!stopping_) {
    auto came = topic_->follow(kFollowPatience);
    if (!came) {
      log::error(config_.topics.policies + ": " + came.error().detail +
                 "; what runs goes on as it is");
      registry_.gauge(metrics::Metric::kConfigLastReloadSuccessful).set(0);
      std::this_thread::sleep_for(kRetry);
    } else if (*came) {
      publish();
    }
  }
}

void PolicyBoard::publish() {
  const auto refused = topic_->take_refused();
  for (const Error& error : refused) log::error(error.detail + "; what runs goes on as it is");
  std::vector<clocks::DatedPolicy> later;
  std::map<std::string, Policy> kept;  // without what was taken back
  for (const policies::Version& version : topic_->versions()) {
    const std::string key = policies::key_of(version);
    const Policy& policy = parsed_.at(key);
    later.push_back({version.effective_from, policy});
    kept.emplace(key, policy);
  }
  parsed_ = std::move(kept);
  auto timeline = std::make_shared<const clocks::Timeline>(file_, std::move(later));
  registry_.gauge(metrics::Metric::kConfigLastReloadSuccessful).set(refused.empty() ? 1 : 0);
  if (refused.empty())
    registry_.gauge(metrics::Metric::kConfigLastReloadSuccessTimestampSeconds)
        .set(static_cast<double>(to_ms(wall_clock())) / 1000);
  const clocks::CompiledPolicy& newest = (*timeline)[timeline->size() - 1];
  const std::lock_guard lock(mutex_);
  // Workers hear nothing when all that came was refused, or was there before.
  if (newest.fingerprint() == (*timeline_)[timeline_->size() - 1].fingerprint()) return;
  if (is_set(newest.since()))
    log::info("policy " + newest.policy().id + ": the last of " + std::to_string(timeline->size()) +
              " versions is " + newest.policy().version + " from " + text(newest.since()));
  timeline_ = std::move(timeline);
}

}  // namespace vaste::engine
