#!/usr/bin/env python3
"""tools/tidy must find what is planted, look once at what stays as it is, and again at all that a change reaches."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SETTINGS = """Checks: '-*,google-explicit-constructor,clang-analyzer-core.DivideZero'
WarningsAsErrors: '*'
HeaderFilterRegex: '(^|.*/)(src|tests|tools)/.*'
"""
CLEAN = "struct Clean {\n  explicit Clean(int);\n};\n"
FAULTY = "struct Faulty {\n  Faulty(int);\n};\n"
TREE = {
    ".clang-tidy": SETTINGS,
    ".gitignore": "/build/\n",
    "src/a/own.h": "#pragma once\n" + CLEAN,
    "src/a/uses.cc": '#include "a/own.h"\nnamespace a {\nint uses() { return 1; }\n}\n',
    "src/a/alone.cc": "namespace b {\nint alone() { return 1; }\n}\n",
    "tests/.clang-tidy": "InheritParentConfig: true\nChecks: '-clang-analyzer-*'\n",
    "tests/unbuilt.cc": '#include "a/own.h"\nint unbuilt() { return 1; }\n',
}


class Tree:
    def __init__(self, root, tidy):
        self.root, self.tidy = root, os.path.abspath(tidy)
        for path, text in TREE.items():
            self.write(path, text)
        self.write("build/dev/compile_commands.json", json.dumps([
            {"directory": str(root / "build/dev"), "file": str(root / path),
             "command": f"cmake -E env ccache /usr/bin/c++ -I{root}/src -std=c++20 -Wno-free-nonheap-object "
                        f"-o x.o -c {root / path}"}
            for path in ("src/a/uses.cc", "src/a/alone.cc")]))
        for command in (["init", "-q"], ["add", "-A"],
                        ["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "t"]):
            subprocess.run(["git", *command], cwd=root, check=True)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def run(self, *arguments):
        """(exit code, number of files looked at, everything printed)"""
        done = subprocess.run([sys.executable, self.tidy, "--root", str(self.root), *arguments], cwd=self.root,
                              env={**os.environ, "VASTE_CACHE": str(self.root / "build/cache")},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        looked = re.search(r"looked at (\d+) files", done.stdout)
        return done.returncode, int(looked[1]) if looked else None, done.stdout


def expect(what, found, code, looked, *texts):
    if found[:2] != (code, looked) or any(text not in found[2] for text in texts):
        raise SystemExit(f"FAILED: {what}: expected exit {code}, {looked} looked at, {texts}; found {found[0]}, "
                         f"{found[1]}:\n{found[2]}")
    print(f"ok: {what}")


def main():
    if shutil.which("clang-tidy") is None:
        raise SystemExit("no clang-tidy: tools/deps --test")
    with tempfile.TemporaryDirectory(prefix="vaste-tidy-") as folder:
        tree = Tree(Path(folder), sys.argv[1])
        expect("a clean tree, one file of it not built", tree.run(), 0, 3, "no findings")
        expect("the second time nothing is looked at", tree.run(), 0, 0)
        tree.write("src/a/alone.cc", FAULTY)
        expect("a changed file alone", tree.run(), 1, 1, "src/a/alone.cc:2:3: error: ", "1 finding;")
        expect("a finding is remembered as one", tree.run(), 1, 0, "src/a/alone.cc:2:3: error: ")
        tree.write("src/a/own.h", "#pragma once\n" + FAULTY)
        expect("a changed header: who includes it; said once", tree.run(), 1, 2, "src/a/own.h:3:3: error: ", "2 findings;")
        tree.write("src/a/own.h", TREE["src/a/own.h"])
        tree.write("src/a/alone.cc", TREE["src/a/alone.cc"])
        expect("what was looked at before is known again", tree.run(), 0, 0)
        tree.write(".clang-tidy", SETTINGS + "# changed\n")
        expect("other settings: one folder", tree.run("src"), 0, 2)
        expect("no time: said loudly", tree.run("--seconds", "-1"), 0, 0, "NOT LOOKED AT", "***   tests/unbuilt.cc")
        tree.write("src/a/alone.cc", "namespace b {\nint divide() {\n  int by = 0;\n  return 1 / by;\n}\n}\n")
        expect("what the analyzer alone finds", tree.run("src"), 1, 1, "src/a/alone.cc:4:12: error: Division by zero")
        tree.write("src/a/uses.cc", "namespace a {\n" + FAULTY + "}\n")
        tree.write("src/a/alone.cc", "namespace b {\n" + FAULTY + "}\n")
        expect("two files in one look", tree.run("src"), 1, 2, "src/a/uses.cc:3:3: error", "src/a/alone.cc:3:3: error")
        tree.write("src/a/alone.cc", TREE["src/a/alone.cc"])
        expect("one of them mended", tree.run("src"), 1, 0, "1 finding;")
        tree.write("src/a/alone.cc", "int broken( {\n")
        expect("what does not compile", tree.run("src/a/alone.cc"), 1, 1, "src/a/alone.cc:1:14: error: ")


if __name__ == "__main__":
    main()
