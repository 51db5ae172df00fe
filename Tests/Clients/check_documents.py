"""Validates OpenAPI documents, and the examples and defaults in them against their schemas.

    check_documents.py DOCUMENT…
"""

import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

URI = "urn:document"


def walk(node, pointer=""):
    """Every node with its JSON Pointer."""
    yield pointer, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from walk(child, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


def percent_encoded(pointer):
    return pointer.replace("%", "%25").replace("{", "%7B").replace("}", "%7D")


def check(path):
    document = yaml.safe_load(path.read_text())
    validate(document)
    registry = Registry().with_resource(URI, Resource(contents=document, specification=DRAFT202012))
    counts = {"examples": 0, "defaults": 0}

    def conforms(kind, value, pointer, place):
        schema = {"$ref": f"{URI}#{percent_encoded(pointer)}"}
        errors = list(Draft202012Validator(schema, registry=registry).iter_errors(value))
        if errors:
            sys.exit(f"{path}: {place}: {errors[0].message}")
        counts[kind] += 1

    for pointer, node in walk(document):
        if not isinstance(node, dict) or "/example" in pointer:
            continue
        if isinstance(node.get("schema"), dict):
            examples = [node["example"]] if "example" in node else []
            examples += [example["value"] for example in node.get("examples", {}).values()]
            for example in examples:
                conforms("examples", example, f"{pointer}/schema", pointer)
        parent = pointer.rsplit("/", 1)[0]
        if "default" in node and parent.endswith("/properties"):
            conforms("defaults", node["default"], pointer, pointer)
    print(f"{path.name}: valid, with {counts['examples']} examples and {counts['defaults']} defaults")


for name in sys.argv[1:]:
    check(Path(name))
