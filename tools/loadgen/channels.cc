// What happens in a contact of each channel.
#include <array>
#include <chrono>

#include "loadgen/script.h"

namespace vaste::loadgen {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 8> kQuestions = {
    "Hello, where is my order?",          "Hei, missä tilaukseni viipyy?",
    "The invoice shows the old address.", "It does not start any more since yesterday.",
    "Can I return one of the two?",       "Lasku on väärin, voitteko tarkistaa?",
    "I was charged twice 🙁",           "Is the blue one still in stock?"};
constexpr std::array<std::string_view, 6> kFurther = {
    "Yes, that is the one.", "No, it still does not work.", "Ok, and how long will it take?",
    "Kyllä, juuri se.",      "I have sent a picture.",      "The number is on the box, I think."};
constexpr std::array<std::string_view, 6> kAnswers = {
    "Thank you for waiting, let me have a look.",
    "Could you tell me the order number?",
    "It left our warehouse this morning.",
    "I have corrected it, you will get a new one.",
    "Kiitos odottamisesta, katson heti.",
    "Please unplug it for ten seconds and try again."};
constexpr std::array<std::string_view, 3> kThanks = {"Thanks!", "Kiitos avusta!",
                                                     "Great, thank you very much."};

}  // namespace

bool Script::write_chat() {
  key(v1::THREAD_KEY_KIND_CHAT_SESSION, ids_.next("s"), "web");
  signal(v1::SIGNAL_KIND_STARTED);
  wait(seconds(8));
  customer_says(random_.pick(kQuestions));
  at_ += seconds(1);
  v1::Message& greeting = *add().mutable_message();
  greeting.set_direction(v1::DIRECTION_OUTBOUND);
  greeting.set_author(v1::AUTHOR_KIND_BOT);
  greeting.set_text("I am the assistant of the shop. I pass you on to a colleague.");
  attributes_.set_queue(queue_);
  at_ += seconds(1);
  lifecycle(v1::LIFECYCLE_KIND_HANDED_OFF);
  at_ += Millis(200);
  signal(v1::SIGNAL_KIND_QUEUED);
  const bool staffed = is_open(arrival_, at_);
  if (!staffed || random_.chance(arrival_.busy ? 0.12 : 0.03)) {
    wait(staffed ? minutes(3) : minutes(2));
    signal(v1::SIGNAL_KIND_ABANDONED);
    at_ += seconds(1);
    signal(v1::SIGNAL_KIND_ENDED);
    return true;
  }
  at_ += answer_wait(queue_ == "chat-sales" ? seconds(26) : seconds(38));
  signal(v1::SIGNAL_KIND_CONNECTED).mutable_attributes()->set_agent(agent_);
  wait(seconds(4));
  agent_says(random_.pick(kAnswers));
  write_chat_lines(static_cast<int>(random_.below(5)) + 1);
  signal(v1::SIGNAL_KIND_ENDED);
  wait(seconds(25));
  signal(v1::SIGNAL_KIND_WRAP_UP_ENDED);
  finish();
  return false;
}

void Script::write_chat_lines(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    wait(seconds(25));
    customer_says(random_.pick(kFurther));
    if (random_.chance(0.3)) {  // in two lines
      wait(seconds(5));
      customer_says(random_.pick(kFurther));
    }
    at_ += answer_wait(queue_ == "chat-sales" ? seconds(80) : seconds(120));
    agent_says(random_.pick(kAnswers));
  }
  wait(seconds(15));
  if (random_.chance(0.6)) {
    customer_says(random_.pick(kThanks));
    wait(seconds(10));
    agent_says("You are welcome, have a nice day!");
    wait(seconds(5));
  }
}

bool Script::write_call() {
  key(v1::THREAD_KEY_KIND_CALL, ids_.next("l"), "pbx");
  signal(v1::SIGNAL_KIND_STARTED);
  wait(seconds(14));  // the menu
  if (!is_open(arrival_, at_)) {
    const bool message = random_.chance(0.5);
    attributes_.set_queue(queue_);
    if (message) signal(v1::SIGNAL_KIND_VOICEMAIL);
    wait(seconds(20));
    signal(v1::SIGNAL_KIND_ENDED);
    return !message;
  }
  attributes_.set_queue(queue_);
  signal(v1::SIGNAL_KIND_QUEUED);
  if (!wait_in_queue(answer_wait(queue_ == "phone-tech" ? seconds(52) : seconds(17)))) return true;
  talk();
  if (random_.chance(0.12)) {
    signal(v1::SIGNAL_KIND_TRANSFERRED);
    queue_ = queue_ == "phone-tech" ? "phone-main" : "phone-tech";
    attributes_.set_queue(queue_);
    at_ += seconds(1);
    signal(v1::SIGNAL_KIND_QUEUED);
    if (!wait_in_queue(answer_wait(seconds(45)))) return true;
    talk();
  }
  signal(v1::SIGNAL_KIND_ENDED);
  wait(seconds(40));
  signal(v1::SIGNAL_KIND_WRAP_UP_ENDED).mutable_attributes()->set_agent(agent_);
  finish();
  return false;
}

// False: the customer hung up.
bool Script::wait_in_queue(Millis until_answer) {
  const Millis patience = random_.around(minutes(2));
  if (patience < until_answer || random_.chance(arrival_.busy ? 0.08 : 0.02)) {
    at_ += std::min(patience, until_answer);
    signal(v1::SIGNAL_KIND_ABANDONED);
    at_ += Millis(300);
    signal(v1::SIGNAL_KIND_ENDED);
    return false;
  }
  at_ += until_answer;
  signal(v1::SIGNAL_KIND_RINGING);
  if (random_.chance(0.06)) {
    at_ += seconds(15);
    signal(v1::SIGNAL_KIND_RING_NO_ANSWER);
    at_ += seconds(2);
    signal(v1::SIGNAL_KIND_RINGING);
  }
  wait(seconds(3));
  signal(v1::SIGNAL_KIND_CONNECTED).mutable_attributes()->set_agent(agent_);
  return true;
}

void Script::talk() {
  wait(minutes(2));
  if (!random_.chance(0.25)) return;
  signal(v1::SIGNAL_KIND_HELD);
  wait(seconds(50));
  signal(v1::SIGNAL_KIND_RESUMED);
  wait(seconds(60));
}

bool Script::write_mail() {
  attributes_.set_queue(queue_);
  mail_key();
  customer_says(random_.pick(kQuestions)).mutable_message()->set_subject("Question about my order");
  if (random_.chance(0.5)) {
    at_ += seconds(2);
    mail_key();
    v1::Message& receipt = *add().mutable_message();
    receipt.set_direction(v1::DIRECTION_OUTBOUND);
    receipt.set_author(v1::AUTHOR_KIND_SYSTEM);
    receipt.set_automation(v1::AUTOMATION_AUTO_REPLY);
    receipt.set_subject("We have received your message");
  }
  if (random_.chance(arrival_.busy ? 0.10 : 0.04)) {  // lost in the inbox
    at_ += hours(2);
    return true;
  }
  const Millis target = queue_ == "email-orders" ? hours(2) : hours(4);
  const std::size_t rounds = random_.below(3);
  for (std::size_t i = 0;; ++i) {
    work(target * (arrival_.busy ? 90 : 45) / 100);
    mail_key();
    agent_says(random_.pick(kAnswers))
        .mutable_message()
        ->set_subject("Re: Question about my order");
    if (i == rounds) break;
    if (random_.chance(0.4)) {
      at_ += seconds(5);
      lifecycle(v1::LIFECYCLE_KIND_PENDING);
    }
    wait(hours(3));
    mail_key();
    customer_says(random_.pick(kFurther))
        .mutable_message()
        ->set_subject("Re: Question about my order");
  }
  finish();
  if (random_.chance(0.1)) {
    wait(hours(1));
    mail_key();
    customer_says(random_.pick(kThanks));
    work(minutes(40));
    lifecycle(v1::LIFECYCLE_KIND_NO_REPLY_NEEDED);
  }
  return false;
}

bool Script::write_social() {
  attributes_.set_queue(queue_);
  if (random_.chance(0.4)) {
    write_direct_messages();
    return false;
  }
  const std::string thread = ids_.next("t");
  std::string post = ids_.next("p");
  key(v1::THREAD_KEY_KIND_SOCIAL_THREAD, thread, "chirper");
  key(v1::THREAD_KEY_KIND_SOCIAL_POST, post, "chirper");
  v1::Message& mention = *customer_says("@northstore two weeks and no answer?").mutable_message();
  mention.set_surface(v1::SURFACE_PUBLIC);
  mention.set_addressed_to_us(true);
  if (random_.chance(arrival_.busy ? 0.15 : 0.08)) {
    at_ += hours(1);
    return true;
  }
  work(arrival_.busy ? minutes(55) : minutes(25));
  keys_.pop_back();
  key(v1::THREAD_KEY_KIND_SOCIAL_PARENT, std::move(post), "chirper");
  key(v1::THREAD_KEY_KIND_SOCIAL_POST, ids_.next("p"), "chirper");
  agent_says("Sorry to hear that, please send us a direct message.")
      .mutable_message()
      ->set_surface(v1::SURFACE_PUBLIC);
  if (random_.chance(0.5)) {
    wait(minutes(10));
    write_direct_messages();
  } else {
    finish();
  }
  return false;
}

void Script::write_direct_messages() {
  keys_.clear();
  key(v1::THREAD_KEY_KIND_SOCIAL_THREAD, ids_.next("d"), "chirper");
  const std::size_t rounds = random_.below(3) + 1;
  for (std::size_t i = 0; i < rounds; ++i) {
    customer_says(i == 0 ? random_.pick(kQuestions) : random_.pick(kFurther));
    work(arrival_.busy ? minutes(70) : minutes(30));
    agent_says(random_.pick(kAnswers));
    if (i + 1 < rounds) wait(minutes(30));
  }
  finish();
}

}  // namespace vaste::loadgen
