"""Adds up what was spent and saved, from the topics costs and decisions: what "waybill report --json" says, in Python.

    pip install fastavro confluent-kafka
    python totals.py
"""

import argparse
import collections
import io
import json
import os
import struct
import sys
import urllib.request
import uuid

import fastavro
from confluent_kafka import Consumer, TopicPartition

options = argparse.ArgumentParser(description="Prints what was spent and saved as JSON, in 10^-12 dollars.")
options.add_argument("--brokers", default=os.environ.get("KAFKA_BROKERS", "127.0.0.1:19092"))
options.add_argument(
    "--registry", default=os.environ.get("SCHEMA_REGISTRY_URL", "http://127.0.0.1:18081/apis/ccompat/v7")
)
options.add_argument("--prefix", default=os.environ.get("WAYBILL_PREFIX", "waybill."), help="what stands before every topic of this deployment")
given = options.parse_args()

schemas = {}


def decode(record):
    schema_id = struct.unpack(">bi", record[:5])[1]
    if schema_id not in schemas:
        address = f"{given.registry.rstrip('/')}/schemas/ids/{schema_id}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            schemas[schema_id] = fastavro.parse_schema(json.loads(json.load(answer)["schema"]))
    return fastavro.schemaless_reader(io.BytesIO(record[5:]), schemas[schema_id], None)


def read(name):
    """All that a topic holds now."""
    topic = f"{given.prefix}{name}"
    consumer = Consumer(
        {
            "bootstrap.servers": given.brokers,
            "group.id": f"totals.py-{uuid.uuid4()}",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            # Without this you would also add up costs that were never committed.
            "isolation.level": "read_committed",
        }
    )
    found = consumer.list_topics(topic, timeout=10).topics[topic]
    if found.error is not None:
        sys.exit(f"There is no topic {topic}: check the brokers and the prefix.")
    partitions = list(found.partitions)
    consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
    ended = set()
    while len(ended) < len(partitions):
        record = consumer.poll(30)
        if record is None:
            sys.exit(f"{topic} cannot be read: the brokers do not answer.")
        if record.error():
            ended.add(record.partition())
        elif record.value():
            yield decode(record.value())
    consumer.close()


# How often each claim's answer was given to somebody else.
duplicates = collections.defaultdict(collections.Counter)
decisions = 0
for decision in read("decisions"):
    decisions += 1
    if decision["claim"] is not None and decision["kind"] in ("joined", "replayed", "redelivered"):
        duplicates[decision["claim"]][decision["kind"]] += 1

total = collections.Counter()
spent_by = {"tenant": collections.Counter(), "model": collections.Counter()}
for cost in read("costs"):
    total["calls"] += 1
    total[cost["kind"]] += 1
    if cost["kind"] == "unknown":
        total["unknownAtMostPicoUsd"] += cost["upperBoundPicoUsd"] or 0
    if cost["kind"] != "paid":
        continue
    spent = cost["costPicoUsd"]
    total["spentPicoUsd"] += spent
    spent_by["tenant"][cost["tenant"]] += spent
    spent_by["model"][cost["target"]["id"]] += spent
    if cost["failure"] is not None or "unusable" in cost["flags"]:
        continue
    # An answer without a baseline counts as neither saved nor lost.
    baseline = spent if cost["baselinePicoUsd"] is None else cost["baselinePicoUsd"]
    given_again = duplicates.pop(cost["claim"], {})
    for kind, times in given_again.items():
        total["duplicates"] += times
        total[f"{kind}PicoUsd"] += times * spent
    total["wouldHaveCostPicoUsd"] += baseline + sum(given_again.values()) * spent

saved = total["wouldHaveCostPicoUsd"] - total["spentPicoUsd"]
names = ["spent", "unknownAtMost", "wouldHaveCost", "joined", "replayed", "redelivered"]
print(
    json.dumps(
        {
            "decisions": decisions,
            **{name: total[name] for name in ("calls", "paid", "free", "unknown", "duplicates")},
            # As text: they may be larger than a JSON number can be.
            **{f"{name}PicoUsd": str(total[f"{name}PicoUsd"]) for name in names},
            "savedAtMostPicoUsd": str(saved),
            "savedAtLeastPicoUsd": str(saved - total["unknownAtMostPicoUsd"]),
            "spentByPicoUsd": {by: {name: str(spent) for name, spent in amounts.items()} for by, amounts in spent_by.items()},
        }
    )
)
