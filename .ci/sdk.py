"""The Python SDK against the service: by password, by a token, and without authentication."""
import os

import openstack

ADDRESS, SECRET = os.environ["ADDRESS"], os.environ.get("SECRET")


def lifecycle(connection):
    api = connection.orchestration
    config = api.create_software_config(name="sdk", group="script", config="#!/bin/sh\n", inputs=[{"name": "word"}])
    assert api.get_software_config(config.id).config == "#!/bin/sh\n"
    made = [api.create_software_deployment(config_id=config.id, server_id=f"sdk-{number}", action="CREATE", input_values={"word": "a"}).id
            for number in range(25)]
    # A page of one: the SDK follows the marker until a page is empty.
    assert [found.id for found in api.software_deployments(limit=1)] == made
    updated = api.update_software_deployment(made[0], status="COMPLETE", status_reason="done", output_values={"result": "ok"})
    assert (updated.status, updated.output_values) == ("COMPLETE", {"result": "ok"})
    assert api.get_software_deployment(made[0]).status_reason == "done"
    for deployment in made:
        api.delete_software_deployment(deployment, ignore_missing=False)
    api.delete_software_config(config.id, ignore_missing=False)
    assert not list(api.software_deployments())


if SECRET is None:
    lifecycle(openstack.connect(auth_type="none", auth={"endpoint": f"{ADDRESS}/v1/demo"}))
    print("sdk without authentication: well")
else:
    lifecycle(openstack.connect(
        auth_type="password", auth_url=f"{ADDRESS}/v3", username="ci", password=SECRET, project_id="demo",
        user_domain_id="default", project_domain_id="default"))
    print("sdk by password: well")
    lifecycle(openstack.connect(auth_type="admin_token", auth={"endpoint": f"{ADDRESS}/v1/demo", "token": SECRET}))
    print("sdk by token: well")
