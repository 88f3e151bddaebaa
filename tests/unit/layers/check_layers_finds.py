#!/usr/bin/env python3
"""tools/check_layers must be silent on a clean tree and find each violation planted in it."""
import subprocess
import sys
import tempfile
from pathlib import Path

CLEAN = {
    "src/CMakeLists.txt": "vaste_library(base SOURCES log.cc)\n"
                          "vaste_library(core SOURCES step.cc\n  DEPS base)  # a comment (with parentheses)\n"
                          "vaste_library(kafka SOURCES client.cc DEPS base LINKS rdkafka)\n"
                          "vaste_library(emit SOURCES pack.cc DEPS base core)\n",
    "src/main.cc": "#include <CLI/CLI.hpp>\nint main() {}\n",
    "src/base/log.cc": '#include "base/log.h"\n#include <spdlog/spdlog.h>\n',
    "src/base/log.h": "#pragma once\n#include <string>\n",
    "src/core/step.cc": '#include "base/log.h"\n// #include "kafka/client.h"\n',
    "src/kafka/client.cc": "#include <librdkafka/rdkafka.h>\n",
    "src/emit/pack.cc": '#include "vaste/v1/event.pb.h"\n#include "core/step.h"\n',
    "tests/CMakeLists.txt": "# Folders are found.\n",
    "tests/unit/base/CMakeLists.txt": "vaste_test(base_test SOURCES log_test.cc DEPS base)\n",
    "tests/unit/base/log_test.cc": "",
}

# name, file that is added or replaced, its text, what the check must print
VIOLATIONS = [
    ("folder not in DEPS", "src/core/step.h", '\n#include "kafka/client.h"\n',
     "src/core/step.h:2: core includes kafka/client.h, but kafka is not in its DEPS"),
    ("own header in angles", "src/core/step.h", "#include <kafka/client.h>\n",
     "src/core/step.h:1: core includes kafka/client.h"),
    ("include by a way round", "src/core/step.h", '#include "../kafka/client.h"\n', "src/core/step.h:1: "),
    ("cycle", "src/CMakeLists.txt", CLEAN["src/CMakeLists.txt"].replace("log.cc", "log.cc DEPS emit"),
     "src/CMakeLists.txt:1: DEPS go in a circle: base -> emit -> base"),
    ("unknown DEPS", "src/CMakeLists.txt", CLEAN["src/CMakeLists.txt"].replace("DEPS base)", "DEPS base cor)"),
     "src/CMakeLists.txt:2: core: DEPS names cor"),
    ("source not built", "src/core/lost.cc", "", "src/core/lost.cc:1: not in SOURCES"),
    ("folder not built", "src/lost/lost.cc", "", "src/lost/lost.cc:1: "),
    ("second main", "src/other.cc", "", "src/other.cc:1: only main.cc"),
    ("source not there", "src/CMakeLists.txt", CLEAN["src/CMakeLists.txt"].replace("log.cc", "log.cc gone.cc"),
     "src/CMakeLists.txt:1: base: SOURCES names gone.cc"),
    ("rdkafka", "src/core/step.h", "#include <librdkafka/rdkafka.h>\n", "src/core/step.h:1: librdkafka/rdkafka.h"),
    ("rocksdb", "src/core/step.h", "#include <rocksdb/db.h>\n", "src/core/step.h:1: rocksdb/db.h"),
    ("prometheus", "src/core/step.h", "#include <prometheus/counter.h>\n", "src/core/step.h:1: prometheus/"),
    ("microhttpd", "src/core/step.h", "#include <microhttpd.h>\n", "src/core/step.h:1: microhttpd.h"),
    ("yaml-cpp", "src/core/step.h", "#include <yaml-cpp/yaml.h>\n", "src/core/step.h:1: yaml-cpp/"),
    ("date", "src/core/step.h", "#include <date/tz.h>\n", "src/core/step.h:1: date/tz.h"),
    ("CLI11", "src/core/step.h", "#include <CLI/CLI.hpp>\n", "src/core/step.h:1: CLI/CLI.hpp"),
    ("spdlog", "src/main.cc", "#include <spdlog/spdlog.h>\n", "src/main.cc:1: spdlog/spdlog.h"),
    ("protobuf", "src/core/step.h", "#include <google/protobuf/message.h>\n", "src/core/step.h:1: core does not know"),
    ("generated header", "src/kafka/client.h", '#include "vaste/v1/event.pb.h"\n',
     "src/kafka/client.h:1: kafka does not know"),
    ("tool outside app", "src/core/step.h", '#include "loadgen/generator.h"\n', "src/core/step.h:1: loadgen/"),
    ("test not built", "tests/unit/base/lost_test.cc", "", "tests/unit/base/lost_test.cc:1: "),
    ("test only in a comment", "tests/unit/base/CMakeLists.txt", "# log_test.cc\n",
     "tests/unit/base/log_test.cc:1: "),
]


def check(tool, files):
    with tempfile.TemporaryDirectory(prefix="vaste-layers-") as root:
        for name, text in files.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, "-B", tool, root], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=20, check=False)


def main():
    tool, wrong = sys.argv[1], 0
    clean = check(tool, CLEAN)
    if clean.returncode != 0:
        wrong += 1
        print(f"FAILED clean tree: exit {clean.returncode}\n{clean.stdout}")
    for name, path, text, expected in VIOLATIONS:
        result = check(tool, {**CLEAN, path: text})
        lines = result.stdout.splitlines()[:-1]  # The last one counts them.
        if result.returncode != 1 or len(lines) != 1 or not lines[0].startswith(expected):
            wrong += 1
            print(f"FAILED {name}: wanted exit 1 and one line '{expected}...', "
                  f"got exit {result.returncode}\n{result.stdout}")
    print(f"{len(VIOLATIONS)} violations planted, {wrong} failures")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
