"""At the end: what was lost, what was answered wrongly, which alerts fired, what memory did: verify.py FOLDER SECONDS PROMETHEUS RECEIVER_FOLDER. Exit code 1 for a fault."""
import csv
import json
import os
import pathlib
import statistics
import sys

import alerts
import api
import webhooks

folder, seconds, prometheus, receiver = pathlib.Path(sys.argv[1]), int(sys.argv[2]), alerts.Prometheus(sys.argv[3]), pathlib.Path(sys.argv[4])
token = os.environ["Authentication__BootstrapToken"]
begun = float((folder / "begun").read_text())
faults = []
# How long after a restart its consequences may be seen.
GRACE = 15
# For memory to be judged: a process that lives so long; what is flat: so much more, and so many kB.
LONG, SHARE, KILOBYTES = 900, 1.15, 20 * 1024


def say(line):
    print(line, flush=True)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def windows(name):
    """When replicas of an installation were restarted."""
    lines = [json.loads(line) for line in (folder / "windows.jsonl").read_text().splitlines()]
    return [(line["begin"] - 1, line["end"] + GRACE) for line in lines if line["name"] == name]


def check_answers(name, results):
    around = windows(name)
    for line in map(json.loads, (folder / name / "unusual-load.jsonl").read_text().splitlines()):
        when = alerts.clock(line["time"])
        if line["status"] not in (0, 429, 503):
            faults.append(f"{name}: answer {line['status']} at {when}: {line}")
        elif line["status"] != 0 and (line["retry_after"] is None or (line["status"] == 503 and not line["body"] and "flood" not in line["what"])):
            faults.append(f"{name}: answer {line['status']} without a reason, or without Retry-After, at {when}: {line}")
        elif line["status"] != 429 and not any(begin <= line["time"] <= end for begin, end in around):
            faults.append(f"{name}: answer {line['status']} at {when}, and nothing was restarted: {line}")
    for tenant, counts in results["counts"].items():
        say(f"{name}: answers to the {tenant}: " + ", ".join(f"{count} x {status if status != '0' else 'broken'}" for status, count in sorted(counts.items())))


def check_state(name, setup, results, logs):
    """What was acknowledged last is what is there."""
    projects = setup["projects"]
    admin = api.Api(setup["address"], token)
    path = {tenant: f"{own['path']}/software_deployments" for tenant, own in projects.items()}
    for one, (number, _) in results["acknowledged"].items():
        found = admin.must("GET", f"{path['victim']}/{one}")["software_deployment"]["status_reason"]
        if found != str(number):
            faults.append(f"LOST: {name}: change {number} of {one} was acknowledged, and it shows {found}")
    for one, (mark, status) in results["reported"].items():
        row = admin.must("GET", f"{path['agents']}/{one}")["software_deployment"]
        if row["status"] != status or row["output_values"]["deploy_stdout"] != mark:
            faults.append(f"LOST: {name}: the report {mark} was acknowledged, and {one} shows {row}")
    there = {row["id"] for row in admin.must("GET", path["attacker"])["software_deployments"]}
    lost, back = set(results["there"]) - there, set(results["gone"]) & there
    if lost or back:
        faults.append(f"LOST: {name}: of the attacker's deployments {len(lost)} are not there, and {len(back)} are that were deleted")
    told, known = results["sequences"], logs[projects["agents"]["project"]]
    if told != sorted(set(told)) or set(told) != {sequence for sequence in known if told and sequence <= told[-1]}:
        faults.append(f"{name}: the stream of the agents' project differs from the log: {len(told)} events, {len(set(told) - set(known))} of them not in it")
    say(f"{name}: nothing is lost of {len(results['acknowledged'])} deployments of the victim, {results['runs']} runs of agents in rollouts {results['rollouts']}, "
        f"{len(results['there'])} creations and {len(results['gone'])} deletions of the attacker; a stream of {len(told)} events over {results['connections']} connections")


def check_times(name, results):
    for method in ("PUT", "GET"):
        taken = {attack: [one[3] for one in results["times"] if one[1] == method and one[2] == attack] for attack in (False, True)}
        alone, beside = taken[False], taken[True]
        say(f"{name}: {method} of the victim alone p50 {percentile(alone, .5):.1f} p99 {percentile(alone, .99):.1f} ms ({len(alone)}), "
            f"beside an attack p50 {percentile(beside, .5):.1f} p99 {percentile(beside, .99):.1f} ms ({len(beside)}): {percentile(beside, .99) / percentile(alone, .99):.1f} times")


def check_metrics(names):
    """What the services counted themselves, so that every client's answers are in it."""
    errors = prometheus.over('sum by (instance, http_response_status_code, http_route) (increase(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[30s])) > 0', begun)
    for labels, points in errors:
        code, name = labels["http_response_status_code"], names[labels["instance"]]
        around = windows(name)
        for when, count in points:
            if code != "503" or not any(begin <= when <= end + 45 for begin, end in around):
                faults.append(f"{name}: {labels['instance']} answered {code} to {labels.get('http_route')} at {alerts.clock(when)} ({count:.0f} times)")
    total = sum(value[-1][1] for _, value in prometheus.over(f"sum(increase(http_server_request_duration_seconds_count[{seconds}s]))", begun)[:1])
    say(f"{total:.0f} requests were counted by the services")


def check_memory(judged):
    lives = {}
    with open(folder / "memory.csv") as file:
        for row in csv.DictReader(file):
            lives.setdefault((row["name"], row["pid"]), []).append(row)
    longest = {}
    for (name, _), rows in lives.items():
        if len(rows) > len(longest.get(name, [])):
            longest[name] = rows
    for name, rows in sorted(longest.items()):
        lived = int(rows[-1]["time"]) - int(rows[0]["time"])
        quarter = len(rows) // 4
        medians = {what: [statistics.median(int(row[what]) for row in part) if part else 0 for part in (rows[quarter:2 * quarter], rows[len(rows) - quarter:])]
                   for what in ("rss_kb", "heap_kb", "committed_kb", "threads")}
        before, after = medians["rss_kb"]
        say(f"memory of {name} over {lived} s: {before / 1024:.0f} MB in its second quarter, {after / 1024:.0f} MB in its last; heap {medians['heap_kb'][0] / 1024:.0f} and "
            f"{medians['heap_kb'][1] / 1024:.0f} MB, committed {medians['committed_kb'][0] / 1024:.0f} and {medians['committed_kb'][1] / 1024:.0f} MB, threads {medians['threads'][0]:.0f} and {medians['threads'][1]:.0f}")
        if name in judged and lived >= LONG and after > before * SHARE + KILOBYTES:
            faults.append(f"memory of {name} grew from {before / 1024:.0f} to {after / 1024:.0f} MB")


setups = {name: json.loads((folder / name / "setup.json").read_text()) for name in ("a", "b")}
results = {name: json.loads((folder / name / "results.json").read_text()) for name in ("a", "b")}
said, found, logs = webhooks.check(folder, setups.values(), token, receiver)
faults += found
for name, setup in setups.items():
    faults += [f"{name}: {fault}" for fault in results[name]["faults"][:5]]
    if not results[name]["refused"] or (seconds >= LONG and "429" not in results[name]["counts"]["attacker"]):
        faults.append(f"{name}: {results[name]['refused']} broken reports and {results[name]['counts']['attacker'].get('429', 0)} requests beyond the limit were refused")
    check_answers(name, results[name])
    check_state(name, setup, results[name], logs)
    check_times(name, results[name])
for line in said:
    say(line)
check_metrics(dict(line.split() for line in (folder / "instances").read_text().splitlines()))
said, found = alerts.check(prometheus, begun, seconds)
faults += found
for line in said:
    say(line)
check_memory({"replica-1", "replica-2", "replica-3", "sqlite"})
stalls = [json.loads(line) for line in (folder / "stalls.jsonl").read_text().splitlines()]
say(f"the machine kept a process that only sleeps waiting for more than a second {len(stalls)} times, {max((stall['seconds'] for stall in stalls), default=0):.1f} s at most")
say(f"{sum('LOST' in fault for fault in faults)} lost, {len(faults)} faults")
for fault in faults[:40]:
    say(f"FAULT: {fault}")
sys.exit(1 if faults else 0)
