"""Which alerts fired and when, and whether each of them was right."""
import json
import time
import urllib.parse
import urllib.request

# What has to fire in a run of so many seconds at least, because the run gives reason for it. In a shorter one it may.
EXPECTED = {
    # A replica is held down for almost two minutes.
    "DeploymentServiceDown": 360,
    # An agent sends what is no report.
    "DeploymentReportsRefused": 200,
    # The checker's clients make deployments with a timeout of a second that nobody reports for.
    "DeploymentsOverdue": 1800,
    # And a minute later they are failed.
    "DeploymentsExpired": 300,
    # A tenant asks for more than it may, every other phase.
    "DeploymentRequestsLimited": 1800,
}
# What may. Of messages to a receiver that fails half of the time only one in 65,536 fails sixteen times, and waits for more than a quarter of an hour then.
# The checker's servers poll once and never again; how many that are of all of them depends on the load.
POSSIBLE = {"DeploymentWebhooksBehind", "DeploymentServersSilent"}


class Prometheus:
    def __init__(self, address):
        self._address = address

    def ask(self, path, **parameters):
        with urllib.request.urlopen(f"{self._address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}", timeout=60) as answer:
            return json.load(answer)["data"]

    def over(self, expression, begun, step=15):
        """The labels of each series and its points."""
        found = self.ask("query_range", query=expression, start=begun, end=time.time(), step=step)["result"]
        return [(series["metric"], [(float(when), float(value)) for when, value in series["values"]]) for series in found]


def clock(when):
    return time.strftime("%H:%M:%S", time.localtime(when))


def check(prometheus, begun, seconds):
    said, faults, fired = [], [], set()
    pending = {labels["alertname"] for labels, _ in prometheus.over('ALERTS{alertstate="pending"}', begun)}
    for labels, points in prometheus.over('ALERTS{alertstate="firing"}', begun):
        name = labels.pop("alertname")
        fired.add(name)
        where = {key: value for key, value in labels.items() if key not in ("__name__", "alertstate", "severity", "job")}
        said.append(f"alert {name} {where or ''} fired from {clock(points[0][0])} to {clock(points[-1][0])}")
        if name not in EXPECTED and name not in POSSIBLE:
            faults.append(f"{name} {where} fired without a reason")
    now = [alert["labels"]["alertname"] for alert in prometheus.ask("alerts")["alerts"] if alert["state"] == "firing"]
    said.append(f"firing at the end: {', '.join(sorted(set(now))) or 'none'}")
    faults += [f"{name} fired without a reason" for name in now if name not in EXPECTED and name not in POSSIBLE and name not in fired]
    faults += [f"{name} did not fire" for name, least in EXPECTED.items() if seconds >= least and name not in fired]
    said += [f"alert {name} was not due, {'but' if name in pending else 'and not'} on its way: the run was too short" for name, least in EXPECTED.items() if seconds < least and name not in fired]
    return sorted(said), faults
