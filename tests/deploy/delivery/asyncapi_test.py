#!/usr/bin/python3
"""The contract with readers: the document is the checked-in one, @asyncapi/parser takes it, the descriptor set holds it."""
import json
import subprocess
import tempfile
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

import parts

HERE = Path(__file__).resolve().parent


def check_descriptors(build, messages):
    files = FileDescriptorSet.FromString((build / "proto/vaste.binpb").read_bytes()).file
    known = {f"{file.package}.{message.name}" for file in files for message in file.message_type}
    missing = messages - known
    own = {file.name for file in files} & {"vaste/v1/core.proto", "vaste/v1/state.proto"}
    comments = any(place.leading_comments for file in files for place in file.source_code_info.location)
    if missing or own or not comments:
        raise SystemExit(f"FAILED: vaste.binpb lacks {missing}, should not have {own}, has comments: {comments}")
    # Whoever reads it has nothing else: what a file imports stands before it.
    seen = set()
    for file in files:
        if not set(file.dependency) <= seen:
            raise SystemExit(f"FAILED: vaste.binpb: {file.name} stands before what it imports")
        seen.add(file.name)


def main():
    options = parts.options(__doc__)
    document = parts.run(options.vaste, "asyncapi")
    kept = parts.ROOT / "deploy/asyncapi.yaml"
    if document != kept.read_text():
        raise SystemExit(f"FAILED: {kept} is not what `vaste asyncapi` says: write it anew with it, and look at the difference")

    parser = ["node", HERE / "parse_asyncapi.mjs", parts.validators()]
    told = json.loads(parts.run(*parser, kept))
    written = {name for channel in told["channels"] for name in channel["messages"]}
    topics = {channel["address"] for channel in told["channels"]}
    outputs = {"vaste.enriched", "vaste.conversations", "vaste.alerts", "vaste.identity", "vaste.dead-letters"}
    if not outputs <= topics:
        raise SystemExit(f"FAILED: no channel for {outputs - topics}")
    check_descriptors(Path(options.build), written)

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "document"
        file.write_text(parts.run(options.vaste, "asyncapi", "--format", "json"))
        if json.loads(parts.run(*parser, file)) != told:
            raise SystemExit("FAILED: the JSON is not the YAML")
        # It finds what is wrong.
        file.write_text(document.replace("#/components/messages/Alert", "#/components/messages/Alarm", 1))
        parts.run(*parser, file, fails=True)
        # Topics are those of the configuration.
        file.write_text("policy: p.yaml\nsources: [{topic: calls}]\ntopics: {alerts: our.alerts}\n")
        own = parts.run(options.vaste, "asyncapi", "-c", file)
        if "our.alerts" not in own or "- calls" not in own or "vaste.alerts" in own:
            raise SystemExit(f"FAILED: not the topics of the configuration\n{own}")
    print(f"{len(told['channels'])} channels, messages {sorted(written)}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.TimeoutExpired as late:
        raise SystemExit(f"FAILED: {late}") from None
