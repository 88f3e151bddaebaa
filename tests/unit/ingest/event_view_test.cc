// What the core reads of an event's bytes is what the parser's message says.
#include "ingest/event_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <tuple>

#include "ingest/route.h"
#include "unit/ingest/events.h"

namespace vaste::ingest {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::mail;

constexpr std::int64_t kClamped = 0;

auto all_of(const Incoming& in) {
  std::vector<std::tuple<std::string, bool, bool>> keys;
  for (const Key& key : in.keys) keys.emplace_back(key.text, key.refers, key.session);
  const Moment& moment = in.moment;
  return std::make_tuple(
      std::make_tuple(to_ms(moment.at), moment.kind, moment.channel, moment.flags, moment.id,
                      moment.author, moment.target, moment.sequence, moment.value,
                      moment.next_update_ms, moment.survey),
      in.attributes, in.identifiers, keys, in.source,
      std::make_tuple(in.evidence.claimed, in.evidence.method, in.opens, in.from_customer,
                      in.from_us, in.promise));
}

const std::vector<std::string>& people() {
  static const std::vector<std::string> both{"email:ann@example.org", "customer:7"};
  return both;
}

// The same from the bytes, with or without the parser's help, as from the message; or neither.
void expect_same(const std::string& bytes) {
  Decoder decoder({});
  v1::Event event;
  const bool parses = event.ParseFromString(bytes);
  Incoming read;
  ASSERT_EQ(extract(decoder, bytes, kClamped, people(), false, read), parses)
      << ::testing::PrintToString(bytes);
  if (parses) {
    EXPECT_EQ(all_of(read), all_of(extract(event, kClamped, people(), false)))
        << event.ShortDebugString();
  }
}

bool is_viewed(std::string_view bytes) {
  EventView view;
  return view.read(bytes);
}

// Any value of any field; of the bodies the one at `body`.
class Filler {
 public:
  explicit Filler(std::uint64_t seed) : random_(seed) {}

  v1::Event event(int body) {
    v1::Event out;
    const Descriptor* type = out.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i)
      if (const auto* field = type->field(i);
          field->containing_oneof() == nullptr || field->containing_oneof()->field(body) == field)
        fill(out, field);
    return out;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string text() {
    static const std::vector<std::string> some{"",       " ",     "7",   "<1@example.org>",    "ä",
                                               "refund", "Guest", "x y", std::string(300, 'z')};
    return some[below(some.size())];
  }

  std::int64_t number() {
    static constexpr std::array<std::int64_t, 8> kSome{0,   1,      2,         -1,
                                                       127, 70'000, 1LL << 40, 1'767'258'000};
    return kSome.at(below(kSome.size()));
  }

  // Also a number that this version has no name for.
  int choice(const FieldDescriptor* field) {
    const auto names = static_cast<std::size_t>(field->enum_type()->value_count());
    return below(8) == 0 ? static_cast<int>(number()) : static_cast<int>(below(names));
  }

  void fill(Message& out, const FieldDescriptor* field) {
    const auto* reflection = out.GetReflection();
    if (field->is_repeated()) {
      for (std::size_t i = below(4); i > 0; --i) all(*reflection->AddMessage(&out, field));
      return;
    }
    if (below(6) == 0) return;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return all(*reflection->MutableMessage(&out, field));
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection->SetString(&out, field, text());
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection->SetEnumValue(&out, field, choice(field));
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection->SetBool(&out, field, below(2) == 0);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection->SetDouble(&out, field, static_cast<double>(number()) / 3);
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection->SetInt32(&out, field, static_cast<std::int32_t>(number()));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection->SetInt64(&out, field, number());
      default:
        FAIL() << "no value for " << field->full_name();
    }
  }

  void all(Message& out) {
    for (int i = 0; i < out.GetDescriptor()->field_count(); ++i)
      fill(out, out.GetDescriptor()->field(i));
  }

  std::mt19937_64 random_;
};

TEST(EventView, SaysOfEveryFieldWhatTheMessageSays) {
  const int bodies = v1::Event::descriptor()->oneof_decl(0)->field_count();
  for (std::uint64_t seed = 1; seed <= 300 && !HasFailure(); ++seed)
    for (int body = 0; body < bodies; ++body) {
      const std::string bytes =
          Filler(seed * 100 + static_cast<std::uint64_t>(body)).event(body).SerializeAsString();
      EXPECT_TRUE(is_viewed(bytes)) << "the parser is asked for what the view can read";
      expect_same(bytes);
    }
}

// Protobuf merges messages that come twice, and takes the last of texts and bodies.
TEST(EventView, LeavesToTheParserWhatComesTwice) {
  for (std::uint64_t seed = 1; seed <= 100 && !HasFailure(); ++seed) {
    const auto body = [&](std::uint64_t of) { return static_cast<int>(of % 8); };
    expect_same(Filler(seed).event(body(seed)).SerializeAsString() +
                Filler(seed + 1).event(body(seed / 8)).SerializeAsString());
  }
  const std::string bytes = mail().SerializeAsString();
  v1::Event other;
  other.mutable_signal()->set_kind(v1::SIGNAL_KIND_QUEUED);
  EXPECT_FALSE(is_viewed(bytes + other.SerializeAsString()));
  other.Clear();
  other.mutable_attributes()->set_brand("north");
  EXPECT_FALSE(is_viewed(bytes + other.SerializeAsString()));
  expect_same(bytes + other.SerializeAsString());
  other.Clear();
  other.set_sequence(9);  // of numbers the last counts
  EXPECT_TRUE(is_viewed(bytes + other.SerializeAsString()));
  expect_same(bytes + other.SerializeAsString());
}

TEST(EventView, PassesOverWhatItDoesNotKnow) {
  using namespace std::string_literals;
  const std::string bytes = mail().SerializeAsString();
  for (const std::string& more : {
           "\x22\x01x"s,  // the channel as a text
           "\x18\x07"s,   // the time as a number
           "\x08\x07"s,   // the id as a number
           "\x51"
           "12345678"s,  // the sequence as eight bytes
           "\x25"
           "1234"s,              // the channel as four bytes
           "\xf2\x01\x02zz"s,    // field 30
           "\xa0\x06\x07"s,      // field 100
           "\x5b\x08\x01\x5c"s,  // a group
       }) {
    expect_same(bytes + more);
    expect_same(more + bytes);
  }
  EXPECT_FALSE(is_viewed(bytes + "\x5b\x08\x01\x5c"));
}

TEST(EventView, IsBrokenWhereTheMessageIs) {
  const std::string bytes = mail().SerializeAsString();
  for (std::size_t size = 0; size <= bytes.size(); ++size) expect_same(bytes.substr(0, size));
  Decoder decoder({});
  Incoming read;
  EXPECT_FALSE(extract(decoder, bytes.substr(0, 4), kClamped, people(), false, read));
}

}  // namespace
}  // namespace vaste::ingest
