"""Read one streamed answer with nothing but a socket and a JSON parser, and say what it took.

Called with a URL; prints seconds to the first text, seconds of CPU, and the chunks read.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from urllib.parse import urlsplit


def main(url: str) -> None:
    parts = urlsplit(url)
    message = {"role": "user", "content": "stream"}
    body = {"model": "kimi-k2.5", "stream": True, "messages": [message]}
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80)
    connection.connect()
    began, cpu, first, chunks = time.perf_counter(), time.process_time(), 0.0, 0
    headers = {"Content-Type": "application/json", "Authorization": "Bearer any"}
    connection.request("POST", f"{parts.path}/chat/completions", json.dumps(body), headers)
    for line in connection.getresponse():
        if not line.startswith(b"data: {"):
            continue
        choices = json.loads(line[6:])["choices"]
        chunks += 1
        if not first and choices and choices[0]["delta"].get("content"):
            first = time.perf_counter() - began
    print(json.dumps([first, time.process_time() - cpu, chunks]))


if __name__ == "__main__":
    main(sys.argv[1])
