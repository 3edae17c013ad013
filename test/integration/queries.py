# Runs the queries of docs/money.md over rows of the topics, and prints what each of them comes to.
import json
import re
import sys

import duckdb

page, folder = sys.argv[1:]
for table in ("costs", "decisions", "feedback"):
    duckdb.sql(f"CREATE TABLE {table} AS SELECT * FROM read_json('{folder}/{table}.jsonl')")
text = "\n".join(re.findall(r"```sql\n(.*?)```", open(page, encoding="utf-8").read(), re.S))
for query in text.split(";"):
    if query.strip() == "":
        continue
    result = duckdb.sql(query)
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row)) for row in result.fetchall()]
    title = query.strip().split("\n")[0].removeprefix("-- ")
    print(json.dumps({"title": title, "rows": rows}, default=lambda value: float(value) if hasattr(value, "is_finite") else str(value)))
