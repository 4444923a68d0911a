"""Makes tenants with their tokens and webhooks: setup.py FOLDER NAME ADDRESS RECEIVER. Writes FOLDER/setup.json."""
import os
import sys

import api

folder, name, address, receiver = sys.argv[1:]
admin = api.Api(address, os.environ["Authentication__BootstrapToken"])
# Of those that write much only what a receiver of such a kind can take in an hour; everything of the others.
WANTED = {"victim": [], "agents": [], "old": [], "attacker": ["deployment.failed", "deployment.deleted"],
          "checked-1": ["deployment.complete", "deployment.failed", "deployment.deleted"], "checked-2": ["deployment.failed", "deployment.expired", "deployment.late"]}
projects = {}
for tenant, events in WANTED.items():
    project = f"{name}-{tenant}"
    path = f"/v1/{project}"
    token = admin.must("POST", f"{path}/tokens", {"name": tenant, "role": "member"})["token"]["secret"]
    hook = admin.must("POST", f"{path}/webhooks", {"name": "hour", "url": f"{receiver}/{project}", "events": events})["webhook"]
    projects[tenant] = {"project": project, "path": path, "token": token, "events": events, "hook": hook["id"], "secret": hook["secret"]}
# The first event, of which the service is to believe later that it is old.
api.write(f"{folder}/setup.json", {"name": name, "address": address, "projects": projects})
