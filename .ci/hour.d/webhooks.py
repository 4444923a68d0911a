"""Compares what a receiver got with the log: every event that a webhook wants at least once, in order a deployment, signed, and the same each time."""
import base64
import hashlib
import hmac
import json
import time

import api


def type_of(event):
    """As src/docs/webhooks.md says it."""
    kind, before, after = event["event"], event["status_from"], event["status_to"]
    if "." in kind:
        return kind
    if kind in ("update", "signal", "late") and before != after and after in ("COMPLETE", "FAILED"):
        return f"deployment.{after.lower()}"
    return "deployment.updated" if kind in ("update", "signal") else f"deployment.{kind}"


def log_of(address, token, own):
    """All that has happened in a project until now."""
    admin = api.Api(address, token)
    config = admin.create(f"{own['path']}/software_configs", {"name": "last", "group": "script", "config": "#!/bin/sh"})["id"]
    last = admin.create(f"{own['path']}/software_deployments", {"config_id": config, "server_id": "the-last", "action": "CREATE"})["id"]
    log = {}
    for _ in range(50):
        for event in api.events(address, token, own["path"], max(log, default=0)):
            if event and "sequence" in event:
                log[event["sequence"]] = event
                if event.get("deployment_id") == last:
                    return log
            elif event:
                raise SystemExit(f"{own['project']}: the stream says {event}")
    raise SystemExit(f"{own['project']}: the stream does not come to its end")


def is_genuine(secret, line):
    signed = f"{line['id']}.{line['timestamp']}.{line['body']}".encode()
    right = "v1," + base64.b64encode(hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()).decode()
    return right in line["signature"].split(" ")


class Hook:
    """A webhook, and what its receiver got."""

    def __init__(self, own, log):
        self.own, self.faults = own, []
        self.wanted = {sequence for sequence, event in log.items() if not own["events"] or type_of(event) in own["events"]}
        self._log, self._bodies, self.arrived, self.tries, self.doubles, self.gaps = log, {}, set(), 0, 0, []
        self._left = {}
        for sequence in sorted(self.wanted):
            self._left.setdefault(self._subject(log[sequence]), []).append(sequence)

    @staticmethod
    def _subject(event):
        return event.get("deployment_id") or event.get("id")

    def take(self, line):
        self.tries += 1
        if not is_genuine(self.own["secret"], line):
            self.faults.append(f"a wrong signature: {line['id']}")
        if self._bodies.setdefault(line["id"], line["body"]) != line["body"]:
            self.faults.append(f"{line['id']} came with another body")
        message = json.loads(line["body"])
        if message["type"] == "webhook.gap":
            self.gaps.append((message["data"]["from"], message["data"]["to"]))
            return
        event = message["data"]["event"]
        sequence = event["sequence"]
        # What happened since the log was read.
        if sequence not in self._log:
            return
        if sequence not in self.wanted or {**event, "reason": None} != {**{name: self._log[sequence][name] for name in event}, "reason": None}:
            self.faults.append(f"not wanted, or another one than in the log: {line['body'][:300]}")
        left = self._left[self._subject(event)] if sequence in self.wanted else []
        if left and sequence > left[0]:
            self.faults.append(f"{sequence} was sent before {left[0]} of the same deployment had arrived")
        if line["status"] == 204:
            self.doubles += sequence in self.arrived
            self.arrived.add(sequence)
            if left and left[0] == sequence:
                left.pop(0)

    def missing(self):
        return sorted(sequence for sequence in self.wanted - self.arrived if not any(begin <= sequence <= end for begin, end in self.gaps))


def check(folders, setups, token, receiver):
    """Lets the receiver recover, has everything sent, and compares. What was found, as lines, and the faults."""
    (receiver / "well").touch()
    hooks, logs = {}, {}
    for setup in setups:
        for own in setup["projects"].values():
            log = logs[own["project"]] = log_of(setup["address"], token, own)
            hooks[f"/{own['project']}"] = Hook(own, log)
            admin = api.Api(setup["address"], token)
            for enabled in (False, True):
                admin.must("PUT", f"{own['path']}/webhooks/{own['hook']}", {"enabled": enabled})
    end = time.time() + 600
    with open(receiver / "received.jsonl") as lines:
        part = ""
        while time.time() < end:
            part += lines.readline()
            if not part.endswith("\n"):
                if not any(hook.missing() for hook in hooks.values()):
                    break
                time.sleep(0.5)
                continue
            line = json.loads(part)
            part = ""
            hooks[line["hook"]].take(line)
    said, faults = [], []
    for name, hook in hooks.items():
        missing = hook.missing()
        said.append(f"webhook of {name[1:]}: {len(hook.arrived & hook.wanted)} of {len(hook.wanted)} events arrived in {hook.tries} tries, {hook.doubles} twice, {len(hook.gaps)} gaps told")
        faults += [f"webhook of {name[1:]}: {fault}" for fault in hook.faults[:5]]
        if missing:
            faults.append(f"LOST: {len(missing)} events never arrived at the webhook of {name[1:]}: {missing[:5]}")
    return said, faults, logs
