"""Conversations of a data set as files of canonical JSON, for programs that put them through the core in memory.

A conversation here is what thread keys hold together, or of events without keys what one person said; a blank line
stands between two. `vaste explain --events` reads such a file too.
"""
import random


class Union:
    def __init__(self):
        self._parent = {}

    def find(self, name):
        self._parent.setdefault(name, name)
        while self._parent[name] != name:
            self._parent[name] = name = self._parent[self._parent[name]]
        return name

    def join(self, names):
        first = self.find(names[0])
        for name in names[1:]:
            self._parent[self.find(name)] = first
        return first


def names_of(made):
    """What a post is and what it answers to are one name: what kind of key it is says nothing here."""
    return ([("key", made.source, key.scope, key.value) for key in made.thread_keys] or
            [("person", made.source, person.network, person.value) for person in made.person] or
            [("event", made.source, made.id)])


def conversations(records):
    """Lists of records in the order in which they stand in the files."""
    union, found = Union(), {}
    for record in records:
        union.join(names_of(record.event))
    for record in records:
        found.setdefault(union.find(names_of(record.event)[0]), []).append(record)
    return list(found.values())


def write(each, folder, sample, seed):
    """`sample` of them chosen by the seed, 0 = all. Returns the file."""
    found = conversations(each.records)
    if 0 < sample < len(found):
        found = random.Random(seed).sample(found, sample)
    file = folder / f"{each.name}.jsonl"
    with file.open("wb") as out:
        for records in found:
            out.writelines(record.value() + b"\n" for record in records)
            out.write(b"\n")
    return file
