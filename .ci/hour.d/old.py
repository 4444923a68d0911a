"""Makes deployments that have ended, or looks whether the service has removed what is old of them: old.py FOLDER make NUMBER | check."""
import json
import pathlib
import sys
import time

import api

folder = pathlib.Path(sys.argv[1])
setup = json.loads((folder / "setup.json").read_text())
own = setup["projects"]["old"]
client = api.Api(setup["address"], own["token"])
path = own["path"]
known = folder / "old.json"
# Which have to go, and which have to stay.
state = json.loads(known.read_text()) if known.exists() else {"goes": [], "stays": [], "configs": [], "removed": 0}
SERVERS = 6


def make(number):
    config = client.create(f"{path}/software_configs", {"name": f"old {number}", "group": "script", "config": "#!/bin/sh"})["id"]
    for server in range(SERVERS):
        for fate in ("goes", "goes", "stays"):
            created = client.create(f"{path}/software_deployments", {"config_id": config, "server_id": f"old-{number}-{server}", "action": "CREATE"})["id"]
            client.must("PUT", f"{path}/software_deployments/{created}", {"status": "COMPLETE"})
            state[fate].append(created)
    state["configs"].append(client.create(f"{path}/software_configs", {"name": f"unused {number}", "group": "script", "config": "#!/bin/sh"})["id"])


def look():
    """What is still there though it has to go, and what is gone though it has to stay."""
    there = {row["id"] for row in client.must("GET", f"{path}/software_deployments")["software_deployments"]}
    configs = {row["id"] for row in client.must("GET", f"{path}/software_configs")["software_configs"]}
    return [one for one in state["goes"] if one in there] + [one for one in state["configs"] if one in configs], [one for one in state["stays"] if one not in there]


if sys.argv[2] == "make":
    make(sys.argv[3])
    api.write(known, state)
else:
    left, lost = look()
    end = time.time() + 60
    while left and not lost and time.time() < end:
        time.sleep(0.5)
        left, lost = look()
    if left or lost:
        raise SystemExit(f"retention: {len(left)} are still there ({left[:3]}), {len(lost)} are gone that have to stay ({lost[:3]})")
    state["removed"] += len(state["goes"]) + len(state["configs"])
    state["goes"], state["configs"] = [], []
    api.write(known, state)
    print(f"retention removed what was old: {state['removed']} in all, {len(state['stays'])} stay")
