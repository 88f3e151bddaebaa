#!/usr/bin/python3
"""Prints what vaste makes of each event. Usage: consume.py BOOTSTRAP vaste.binpb"""
import sys

from confluent_kafka import Consumer
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message_factory import GetMessages

bootstrap, contract = sys.argv[1:]
messages = GetMessages(FileDescriptorSet.FromString(open(contract, "rb").read()).file)
EnrichedEvent = messages["vaste.v1.EnrichedEvent"]

consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "example-python",
                     "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
consumer.subscribe(["vaste.enriched"])
while True:
    for record in consumer.consume(100, timeout=1):
        if record.error():
            sys.exit(str(record.error()))
        one = EnrichedEvent.FromString(record.value())
        clocks = ", ".join(f"{c.sla} {c.elapsed_ms / 1000:.0f} s" for c in one.clocks_after)
        print(dict(record.headers())["ce_id"].decode(), one.event.id, one.conversation_id, clocks, flush=True)
