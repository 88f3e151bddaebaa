"""The independent checker: what Kafka's own files and topics say about vaste, by our own reading of the specification.

Nothing here comes from vaste's code: `log` reads the brokers' files, `contents` the records, `invariants` compares plain
values, `oracle` is a second, slow fold of conversations into alerts, `state` reads RocksDB with its own tool.
"""
