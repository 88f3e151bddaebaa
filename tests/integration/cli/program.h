// Runs the program as a shell would.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace vaste {

struct Ended {
  int code = -1;  // minus the signal, if one ended it
  std::string out;
  std::string err;
};

inline std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline void write_file(const std::string& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

// A process of its own, with its files in `directory`; killed if the test goes first.
class Program {
 public:
  Program(std::vector<std::string> words, const std::string& directory, const std::string& in = "")
      : out_(directory + "/out"), err_(directory + "/err") {
    write_file(directory + "/in", in);
    write_file(out_, "");
    words.insert(words.begin(), VASTE_PROGRAM);
    std::vector<char*> raw;
    for (std::string& word : words) raw.push_back(word.data());
    raw.push_back(nullptr);
    pid_ = fork();
    if (pid_ != 0) return;
    dup2(open((directory + "/in").c_str(), O_RDONLY), STDIN_FILENO);
    dup2(open(out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    dup2(open(err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    execv(raw[0], raw.data());
    _exit(127);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  void interrupt() const { kill(pid_, SIGINT); }
  std::string out_so_far() const { return contents(out_); }
  std::string err_so_far() const { return contents(err_); }

  Ended wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return {code, contents(out_), contents(err_)};
  }

 private:
  std::string out_, err_;
  pid_t pid_ = -1;
};

// A directory of the test's own.
struct ProgramTest : testing::Test {
  std::string directory = [] {
    std::string name = testing::TempDir() + "vaste-cli-XXXXXX";
    return std::string(mkdtemp(name.data()));
  }();
  ~ProgramTest() override { std::filesystem::remove_all(directory); }

  Ended vaste(const std::vector<std::string>& words, const std::string& in = "") {
    return Program(words, directory, in).wait();
  }
};

}  // namespace vaste
