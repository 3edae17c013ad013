"""A second implementation of the content hash, from docs/hash.md alone, with Python's standard library.

python3 reproduce.py docs/hash-vectors.json prints a line for each vector that it computes differently, and fails if there
is one. It can serve as the start of a producer in Python: content_hash and partition are all it needs.
"""
import base64
import hashlib
import json
import sys
from decimal import Decimal

VERSION = "waybill.request.1"
NOT_HASHED = {
    "id", "latencyBudgetMs", "costCeilingMicroUsd", "replyTo", "priority", "labels", "metadata", "affinity", "createdAt",
}
# Defaults that are neither null nor absent, by the record they belong to.
DEFAULTS = {
    "request": {"tools": [], "cachePoints": [], "idempotency": "content", "sampleIndex": 0},
    "constraints": {"providers": [], "regions": [], "accounts": []},
    "sampling": {"stop": [], "required": []},
}
RECORDS = {"messages": "message", "parts": "part", "tools": "tool", "media": "media", "toolChoice": "toolChoice",
           "constraints": "constraints", "reasoning": "reasoning", "sampling": "sampling"}


def number(value):
    """A number as ECMAScript writes it."""
    if value == 0:
        return "0"
    if isinstance(value, int) and abs(value) < 10 ** 21:
        return str(value)
    sign, digits, exponent = Decimal(repr(float(value))).as_tuple()
    while len(digits) > 1 and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    text = "".join(map(str, digits))
    point = len(text) + exponent  # where the decimal point stands, counted from the first digit
    if 0 < point <= 21:
        body = text + "0" * (point - len(text)) if point >= len(text) else text[:point] + "." + text[point:]
    elif -6 < point <= 0:
        body = "0." + "0" * -point + text
    else:
        power = ("+" if point > 0 else "-") + str(abs(point - 1))
        body = text[0] + ("." + text[1:] if len(text) > 1 else "") + "e" + power
    return ("-" if sign else "") + body


def canonical(value):
    """RFC 8785. Python's escapes are ECMAScript's when nothing but the must is escaped."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        value.encode("utf-8")  # refuses half of a surrogate pair
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"


def projected(record, kind, without=frozenset()):
    kept = {}
    for name, value in record.items():
        if name in without or value is None or DEFAULTS.get(kind, {}).get(name) == value:
            continue
        if kind == "media" and name == "data":
            value = hashlib.sha256(base64.b64decode(value)).hexdigest()
        elif name in RECORDS and isinstance(value, list):
            value = [projected(item, RECORDS[name]) for item in value]
        elif name in RECORDS:
            value = projected(value, RECORDS[name])
        kept[name] = value
    return kept


def digest(value):
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def body_hash(request):
    without = NOT_HASHED | {"idempotency", "idempotencyKey"}
    return digest([VERSION, "content", projected(request, "request", without)])


def content_hash(request):
    kind = request.get("idempotency") or "content"
    if kind == "none":
        return digest([VERSION, "none", request["tenant"], request["id"]])
    if kind == "key":
        key = request.get("idempotencyKey")
        return digest([VERSION, "key", request["tenant"], request["id"] if key is None else key])
    return digest([VERSION, "content", projected(request, "request", NOT_HASHED)])


def partition(key, partitions):
    """Kafka's murmur2, as the Java client's default partitioner uses it."""
    data, mask, factor = key.encode("ascii"), 0xFFFFFFFF, 0x5BD1E995
    h = (0x9747B28C ^ len(data)) & mask
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at:at + 4], "little") * factor & mask
        k = (k ^ (k >> 24)) * factor & mask
        h = (h * factor & mask) ^ k
    if whole < len(data):
        h = (h ^ int.from_bytes(data[whole:], "little")) * factor & mask
    h = (h ^ (h >> 13)) * factor & mask
    h ^= h >> 15
    return (h & 0x7FFFFFFF) % partitions


def main(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)["vectors"]
    wrong = 0
    for vector in vectors:
        found = content_hash(vector["request"])
        same = (
            found == vector["hash"]
            and body_hash(vector["request"]) == vector["bodyHash"]
            and all(partition(found, int(n)) == home for n, home in vector["partitions"].items())
        )
        if not same:
            wrong += 1
            print(f"{vector['name']}: computed {found}, published {vector['hash']}")
    print(f"{len(vectors) - wrong} of {len(vectors)} vectors reproduced")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
