"""What schemathesis leaves out."""

import json

import schemathesis


@schemathesis.hook
def filter_case(context, case):
    """An array where an operation takes one object of arguments is a batch, which the document doesn't show. Nor does it show that no
    key of a dictionary may be repeated."""
    if isinstance(case.body, list) and case.path.startswith(("/echo/", "/graphs/")):
        return False
    return not has_repeated_key(case.body)


def has_repeated_key(value):
    """A dictionary as pairs, in which a key stands twice: a schema can't forbid that."""
    if isinstance(value, dict):
        return any(has_repeated_key(member) for member in value.values())
    if not isinstance(value, list):
        return False
    keys = [json.dumps(item["key"], sort_keys=True) for item in value if isinstance(item, dict) and "key" in item]
    return len(keys) > len(set(keys)) or any(has_repeated_key(item) for item in value)
