"""Samples every ten seconds what each process takes: sample.py FOLDER. FOLDER/pids has a file for each process, FOLDER/metrics the address of its metrics, if it has any. And
notes when this machine lets a process that only sleeps wait: what happens then is not the service's doing."""
import json
import pathlib
import re
import sys
import threading
import time
import urllib.request

folder = pathlib.Path(sys.argv[1])
out = open(folder / "memory.csv", "a", buffering=1)
out.write("time,name,pid,rss_kb,heap_kb,committed_kb,threads\n")
HEAP = re.compile(r"^dotnet_gc_last_collection_heap_size_bytes\S* (\S+)", re.M)
COMMITTED = re.compile(r"^dotnet_gc_last_collection_memory_committed_size_bytes\S* (\S+)", re.M)


def kilobytes(pattern, text):
    return int(sum(float(value) for value in pattern.findall(text)) / 1024)


def watch():
    with open(folder / "stalls.jsonl", "a", buffering=1) as stalls:
        while True:
            begun = time.time()
            time.sleep(0.1)
            if time.time() - begun > 1.1:
                stalls.write(json.dumps({"time": begun, "seconds": time.time() - begun - 0.1}) + "\n")


threading.Thread(target=watch, daemon=True).start()
next_time = time.time()
while True:
    for file in sorted((folder / "pids").iterdir()):
        try:
            pid = int(file.read_text())
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
        except (OSError, ValueError):
            continue
        rss = re.search(r"VmRSS:\s+(\d+)", status)
        metrics = ""
        address = folder / "metrics" / file.name
        if address.exists():
            try:
                metrics = urllib.request.urlopen(address.read_text().strip(), timeout=3).read().decode()
            except OSError:
                pass
        if rss:
            threads = re.search(r"Threads:\s+(\d+)", status)[1]
            out.write(f"{time.time():.0f},{file.name},{pid},{rss[1]},{kilobytes(HEAP, metrics)},{kilobytes(COMMITTED, metrics)},{threads}\n")
    next_time += 10
    time.sleep(max(0, next_time - time.time()))
