// Windows of KPIs to bytes and back.
#include "store/codec.h"
#include "store/decoding.h"
#include "vaste/v1/state.pb.h"

namespace vaste::store {

namespace {

using decoding::Checks;
using decoding::corrupt;

constexpr char kWindow[] = "stored window of KPIs";
constexpr char kShelf[] = "stored shelf of KPIs";
constexpr char kTrend[] = "stored trend";

// Far more than any sum, and so far below the bounds of numbers that sums of these stay inside.
std::int64_t bounded(std::int64_t value, Checks& checks, const char* field) {
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  if (value > -kMost && value < kMost) return value;
  checks.fail(field);
  return 0;
}

KpiSum read(const v1::StoredKpiSum& in, Checks& checks) {
  KpiSum out;
  out.fact = checks.choice(in.fact(), kLastFact, "sum.fact");
  out.outcome = checks.choice(in.outcome(), kLastOutcome, "sum.outcome");
  out.from = decoding::channel(in.from_channel(), checks);
  out.name = in.name();
  out.count = bounded(in.count(), checks, "sum.count");
  out.value = bounded(in.value(), checks, "sum.value");
  out.wall = bounded(in.wall_ms(), checks, "sum.wall_ms");
  out.target = bounded(in.target_ms(), checks, "sum.target_ms");
  for (const std::int64_t count : in.spread())
    out.spread.push_back(bounded(count, checks, "sum.spread"));
  if (out.spread.size() > kSpreadBounds.size() + 1) checks.fail("sum.spread");
  return out;
}

}  // namespace

std::string encode_window(const KpiWindow& window) {
  v1::StoredKpiWindow out;
  out.set_version(kFormatVersion);
  out.set_channel(static_cast<std::uint32_t>(window.group.channel));
  const Attributes& attributes = window.group.attributes;
  v1::StoredAttributes& stored = *out.mutable_attributes();
  stored.set_brand(attributes.brand);
  stored.set_queue(attributes.queue);
  stored.set_team(attributes.team);
  stored.set_priority(attributes.priority);
  stored.set_segment(attributes.segment);
  stored.set_market(attributes.market);
  stored.set_language(attributes.language);
  out.set_revision(window.revision);
  for (const KpiSum& sum : window.sums) {
    v1::StoredKpiSum& one = *out.add_sums();
    one.set_fact(static_cast<std::uint32_t>(sum.fact));
    one.set_outcome(static_cast<std::uint32_t>(sum.outcome));
    one.set_from_channel(static_cast<std::uint32_t>(sum.from));
    one.set_name(sum.name);
    one.set_count(sum.count);
    one.set_value(sum.value);
    one.set_wall_ms(sum.wall);
    one.set_target_ms(sum.target);
    one.mutable_spread()->Assign(sum.spread.begin(), sum.spread.end());
  }
  return out.SerializeAsString();
}

Result<KpiWindow> decode_window(Instant start, std::string_view bytes) {
  if (auto version = decoding::version_of(bytes, kWindow); !version)
    return tl::unexpected(version.error());
  v1::StoredKpiWindow in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return corrupt(kWindow, "malformed bytes");
  Checks checks;
  KpiWindow out;
  out.start = start;
  out.group.channel = decoding::channel(in.channel(), checks);
  Attributes& attributes = out.group.attributes;
  attributes.brand = in.attributes().brand();
  attributes.queue = in.attributes().queue();
  attributes.team = in.attributes().team();
  attributes.priority = in.attributes().priority();
  attributes.segment = in.attributes().segment();
  attributes.market = in.attributes().market();
  attributes.language = in.attributes().language();
  out.revision = in.revision();
  for (const v1::StoredKpiSum& sum : in.sums()) out.sums.push_back(read(sum, checks));
  if (checks.fault() != nullptr) return corrupt(kWindow, checks.fault());
  return out;
}

std::string encode_shelf(const KpiShelf& shelf) {
  v1::StoredKpiShelf out;
  out.set_version(kFormatVersion);
  out.set_groups(shelf.groups);
  out.set_at_ms(to_ms(shelf.at));
  return out.SerializeAsString();
}

Result<KpiShelf> decode_shelf(std::string_view bytes) {
  if (auto version = decoding::version_of(bytes, kShelf); !version)
    return tl::unexpected(version.error());
  v1::StoredKpiShelf in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return corrupt(kShelf, "malformed bytes");
  Checks checks;
  const KpiShelf out{in.groups(), checks.at(in.at_ms(), "shelf.at")};
  if (checks.fault() != nullptr) return corrupt(kShelf, checks.fault());
  return out;
}

std::string encode_trend(const TrendState& trend) {
  v1::StoredTrend out;
  out.set_version(kFormatVersion);
  out.set_trend(trend.trend);
  out.set_value(trend.value);
  out.set_status(static_cast<std::uint32_t>(trend.status));
  out.set_began_ms(to_ms(trend.began));
  out.set_last_ms(to_ms(trend.last));
  out.set_revision(trend.revision);
  return out.SerializeAsString();
}

Result<TrendState> decode_trend(std::string_view bytes) {
  if (auto version = decoding::version_of(bytes, kTrend); !version)
    return tl::unexpected(version.error());
  v1::StoredTrend in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return corrupt(kTrend, "malformed bytes");
  Checks checks;
  TrendState out;
  out.trend = in.trend();
  out.value = in.value();
  out.status = checks.choice(in.status(), AlertStatus::kRetracted, "trend.status");
  out.began = checks.at(in.began_ms(), "trend.began");
  out.last = checks.at(in.last_ms(), "trend.last");
  out.revision = in.revision();
  if (checks.fault() != nullptr) return corrupt(kTrend, checks.fault());
  return out;
}

}  // namespace vaste::store
