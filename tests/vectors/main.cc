// vector_runner FILE...: runs files of service-clock vectors (JSON lines) against the calendar and
// the fold. Prints each vector that fails, each `variant` that vaste answers in its own way, and at
// the end "N passed, M failed". Exit code 1: a vector failed or a file had none.
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>

#include "vectors/facts.h"

namespace {

using namespace vaste::vectors;

struct Count {
  int passed = 0;
  int failed = 0;
  int apart = 0;  // variants: another product's behaviour that vaste offers no option for
};

void print(const char* what, const std::string& id, const Differences& differences) {
  std::printf("%s %s\n", what, id.c_str());
  for (const Difference& one : differences)
    std::printf("  %s: expected %s, actual %s\n", one.fact.c_str(), one.expected.c_str(),
                one.actual.c_str());
}

void run(const std::string& line, const std::string& place, Count& count) {
  std::string id = place;
  bool variant = false;
  Differences differences;
  try {
    const json vector = json::parse(line);
    id = vector.at("id");
    variant = vector.value("profile", "core") == "variant";
    differences =
        vector.contains("events") ? check_sla_clocks(vector) : check_business_hours(vector);
  } catch (const std::exception& error) {
    differences = {{"the vector itself", "one of the schema", error.what()}};
    variant = false;
  }
  if (differences.empty()) {
    ++count.passed;
  } else if (variant) {
    ++count.apart;
    print("VARIANT", id, differences);
  } else {
    ++count.failed;
    print("FAILED", id, differences);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: vector_runner FILE...\n");
    return 64;
  }
  Count count;
  bool empty = false;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i]);
    int number = 0;
    for (std::string line; std::getline(file, line);) {
      ++number;
      if (!line.empty()) run(line, std::string(argv[i]) + ":" + std::to_string(number), count);
    }
    if (number == 0) {
      std::fprintf(stderr, "%s: cannot be read or holds no vectors\n", argv[i]);
      empty = true;
    }
  }
  if (count.apart > 0)
    std::printf("%d variants are another product's behaviour; vaste's answer is given above\n",
                count.apart);
  std::printf("%d passed, %d failed\n", count.passed, count.failed);
  return count.failed > 0 || empty ? 1 : 0;
}
