#!/usr/bin/env python3
"""Makes records.jsonl.xz: `apt-cache dumpavail | make_records.py | xz -9e >records.jsonl.xz`.

A document is a package's record as it stands in Debian's index, all fields: sizes as numbers, relations and tags as arrays. Of those of
300 to 2,048 bytes, 3,000 by a shuffle with a fixed seed.
"""

import json
import random
import sys

NUMBERS = {"Installed-Size", "Size"}
LISTS = {"Breaks", "Conflicts", "Depends", "Enhances", "Pre-Depends", "Provides", "Recommends", "Replaces", "Suggests", "Tag"}


def records(text: str):
    for stanza in text.split("\n\n"):
        record: dict[str, object] = {}
        key = ""
        for line in filter(None, stanza.split("\n")):
            if line[0] in " \t":
                record[key] = f"{record[key]}\n{line.strip()}"
            else:
                key, _, value = line.partition(":")
                record[key] = value.strip()
        for name in NUMBERS & record.keys():
            record[name] = int(record[name])
        for name in LISTS & record.keys():
            record[name] = [part.strip() for part in record[name].replace("\n", " ").split(",") if part.strip()]
        if record:
            yield record


def main() -> None:
    unique = {record["Package"]: record for record in reversed(list(records(sys.stdin.read())))}
    lines = [json.dumps(record, ensure_ascii=False) for record in reversed(unique.values())]
    random.Random(1).shuffle(lines)
    print("\n".join([line for line in lines if 300 <= len(line.encode()) <= 2048][:3000]))


main()
