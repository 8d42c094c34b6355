"""Checks manifests (YAML on stdin) strictly: unknown fields are refused too.

Usage: check_manifests.py KUBERNETES_VERSION CUSTOM_RESOURCE_FILE...
Kubernetes' own kinds by its published schemas, others by the definitions in the files. Prints "kind/name" a line.
"""

import sys

import jsonschema
import kubernetes_validate
import yaml


def strict(schema):
    """The schema of a custom resource, with fields refused that it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    closed = {key: strict(value) for key, value in schema.items()}
    if isinstance(closed.get("pattern"), str):
        # Go writes a flag anywhere; Python at the start alone.
        closed["pattern"] = closed["pattern"].replace("^(?i)", "(?i)^")
    open_ended = "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields")
    if "properties" in schema and isinstance(schema["properties"], dict) and not open_ended:
        closed["additionalProperties"] = False
    return closed


def definitions(paths):
    found = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            spec = yaml.safe_load(file)["spec"]
        for version in spec["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found


def main(version, paths):
    custom = definitions(paths)
    for manifest in filter(None, yaml.safe_load_all(sys.stdin)):
        kind = manifest["kind"]
        schema = custom.get((manifest["apiVersion"], kind))
        if schema is not None:
            jsonschema.validate(manifest, schema)
        else:
            kubernetes_validate.validate(manifest, version, strict=True)
        print(f"{kind}/{manifest['metadata']['name']}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
