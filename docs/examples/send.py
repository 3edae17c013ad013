"""Sends one request to Waybill and prints its reply.

    pip install fastavro confluent-kafka
    python send.py "Say hello."
"""

import argparse
import io
import json
import os
import struct
import sys
import time
import urllib.request
import uuid

import fastavro
from confluent_kafka import Consumer, Producer, TopicPartition

options = argparse.ArgumentParser(description="Sends one request to Waybill and prints its reply as JSON.")
options.add_argument("text", nargs="?", default="Say hello.")
options.add_argument("--tenant", default="acme")
options.add_argument("--id", default=f"python-{uuid.uuid4()}")
options.add_argument("--seconds", type=float, default=70, help="how long to wait for the reply")
options.add_argument("--brokers", default=os.environ.get("KAFKA_BROKERS", "127.0.0.1:19092"))
options.add_argument(
    "--registry", default=os.environ.get("SCHEMA_REGISTRY_URL", "http://127.0.0.1:18081/apis/ccompat/v7")
)
options.add_argument("--prefix", default=os.environ.get("WAYBILL_PREFIX", "waybill."), help="what stands before every topic of this deployment")
given = options.parse_args()


def fetch(path):
    with urllib.request.urlopen(f"{given.registry.rstrip('/')}{path}", timeout=10) as answer:
        return json.load(answer)


# Every record is a 0 byte, the id of its schema in the registry (int32, big-endian), and Avro.
def encode(schema_id, schema, value):
    out = io.BytesIO(struct.pack(">bi", 0, schema_id))
    out.seek(0, io.SEEK_END)
    fastavro.schemaless_writer(out, schema, value)
    return out.getvalue()


schemas = {}


def decode(record):
    schema_id = struct.unpack(">bi", record[:5])[1]
    if schema_id not in schemas:
        schemas[schema_id] = fastavro.parse_schema(json.loads(fetch(f"/schemas/ids/{schema_id}")["schema"]))
    return fastavro.schemaless_reader(io.BytesIO(record[5:]), schemas[schema_id], None)


requests, replies = f"{given.prefix}requests", f"{given.prefix}replies"
consumer = Consumer(
    {
        "bootstrap.servers": given.brokers,
        "group.id": f"send.py-{uuid.uuid4()}",
        "enable.auto.commit": False,
        # Without this you would also read replies that were never committed.
        "isolation.level": "read_committed",
    }
)
# From where each partition ends now: the reply comes after the request.
ends = [
    TopicPartition(replies, partition, consumer.get_watermark_offsets(TopicPartition(replies, partition))[1])
    for partition in consumer.list_topics(replies, timeout=10).topics[replies].partitions
]
consumer.assign(ends)

latest = fetch(f"/subjects/{requests}-value/versions/latest")
# Fields that are left out have the defaults of the schema.
request = {
    "tenant": given.tenant,
    "id": given.id,
    "messages": [{"role": "user", "parts": [{"kind": "text", "text": given.text}]}],
}
failures = []
producer = Producer({"bootstrap.servers": given.brokers, "enable.idempotence": True})
producer.produce(
    requests,
    value=encode(latest["id"], fastavro.parse_schema(json.loads(latest["schema"])), request),
    # Whoever sends bytes that cannot be read gets a reply all the same, because of these.
    headers={"tenant": given.tenant, "id": given.id},
    on_delivery=lambda error, _: failures.append(error) if error else None,
)
if producer.flush(30) > 0 or failures:
    sys.exit(f"The request was not stored: {failures or 'the brokers did not answer'}")

until = time.monotonic() + given.seconds
while time.monotonic() < until:
    record = consumer.poll(0.5)
    if record is None or record.error():
        continue
    reply = decode(record.value())
    if (reply["tenant"], reply["id"]) == (given.tenant, given.id):
        consumer.close()
        print(json.dumps(reply, ensure_ascii=False, default=lambda value: value.hex()))
        sys.exit(0)
sys.exit(f"There was no reply to {given.tenant}/{given.id} within {given.seconds:.0f} s.")
