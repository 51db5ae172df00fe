"""Kinds of traffic: requests that are wrong, in their JSON, their header fields or as HTTP. None may reach a servant."""

import json

from .client import JSON
from .contract import expect
from .ledger import NEVER
from .wire import request_bytes


def deep(id):
    return b'{"id":"%s","text":%s1%s}' % (id, b"[" * 100, b"]" * 100)


# The body made of the id, the codes it may be refused with.
BODIES = [
    (lambda id: b'{"id":"%s","text":' % id, {"malformed_json"}),
    (lambda id: b'{"id":"%s","text":"x"} x' % id, {"malformed_json"}),
    (lambda id: b"", {"malformed_json", "missing_member"}),
    (lambda id: b'{"id":"%s","text":7}' % id, {"wrong_type"}),
    (lambda id: b'{"id":"%s","text":null}' % id, {"wrong_type", "invalid_value"}),
    (lambda id: b'{"id":"%s"}' % id, {"missing_member"}),
    (lambda id: b'{"id":"%s","text":"x","more":1}' % id, {"unknown_member"}),
    (lambda id: b'{"id":"%s","text":"x","text":"y"}' % id, {"duplicate_member"}),
    (lambda id: b'{"id":"%s","text":"\xff"}' % id, {"invalid_string", "malformed_json"}),
    (lambda id: b'{"id":"%s","text":"\\ud800"}' % id, {"invalid_string", "malformed_json"}),
    (deep, {"too_deep", "wrong_type"}),
]


async def bad_json(client):
    id = client.new_id()
    make, codes = client.rng.choice(BODIES)
    answer = await client.post(client.path("echo"), make(id.encode()))
    client.refused(answer, [id], codes)
    if answer.json()["code"] in {"wrong_type", "missing_member"} and answer.json().get("pointer"):
        expect(answer.json()["pointer"] in ("/text", ""), "the pointer leads to the member")


FIELDS = [
    (("Ice-Timeout-Ms", "soon"), {"invalid_header"}),
    (("Ice-Timeout-Ms", "-1"), {"invalid_header"}),
    (("Ice-Mode", "sideways"), {"invalid_header"}),
    (("Ice-Mode", "oneway"), {"twoway_only"}),
    (("Ice-Context", "user=ada"), {"context_key_not_allowed"}),
    (("Ice-Facet", "nobody"), {"facet_not_allowed"}),
    (("Content-Type", "text/plain"), {"unsupported_media_type"}),
    (("Content-Type", "application/json; charset=utf-16"), {"unsupported_media_type"}),
    (("Content-Encoding", "gzip"), {"unsupported_media_type"}),
    (("Accept", "image/png"), {"not_acceptable"}),
    (("Origin", "http://evil.example"), {"origin_not_allowed"}),
]


async def bad_field(client):
    id = client.new_id()
    field, codes = client.rng.choice(FIELDS)
    answer = await client.post(client.path("echo"), {"id": id, "text": "x"}, field)
    client.refused(answer, [id], codes)


async def bad_path(client):
    id = client.new_id()
    body = {"id": id, "text": "x"}
    if client.rng.random() < 0.5:
        answer = await client.post(client.rng.choice(["/", "/one", "/nobody/echo", "/one/echo/more", "/one/ECHO"]), body)
        client.refused(answer, [id], {"unknown_path"})
    else:
        method = client.rng.choice(["GET", "PUT", "DELETE", "PATCH"])
        answer = await client.raw(request_bytes(method, client.path("echo"), [JSON], json.dumps(body).encode()))
        client.refused(answer, [id], {"method_not_allowed"})


def with_head(head, body=b""):
    return head.encode("latin-1") + b"\r\n\r\n" + body


# Bytes made of a path and a body, the statuses they may be refused with; the gateway closes the connection then.
BROKEN = [
    (lambda path, body: with_head(f"POST {path} HTTP/1.1\r\nContent-Length: {len(body)}", body), {400}),
    (lambda path, body: with_head(f"POST {path} HTTP/1.1\r\nHost: s\r\nContent-Length: x", body), {400}),
    (lambda path, body: with_head(f"POST {path} HTTP/1.1\r\nHost: s\r\nContent-Length: -5", body), {400}),
    (lambda path, body: with_head(f"POST {path} HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked", b"zz\r\n" + body), {400}),
    (lambda path, body: with_head(f"POST {path} HTTP/1.1\r\nHost: s\r\nContent-Length: 30000000"), {413}),
    (lambda path, body: with_head(f"POST {path}?{'x' * 10000} HTTP/1.1\r\nHost: s\r\nContent-Length: {len(body)}", body),
     {414, 431}),
    (lambda path, body: with_head(f"POST {path} HTTP/1.1\r\nHost: s\r\nX: {'x' * 60000}\r\nContent-Length: {len(body)}", body),
     {431}),
]


async def bad_http(client):
    id = client.new_id()
    make, statuses = client.rng.choice(BROKEN)
    client.drop()
    answer = await client.raw(make(client.path("echo"), json.dumps({"id": id, "text": "x"}).encode()))
    client.drop()
    if answer.status == 414 and answer.body.startswith(b"<html>"):
        # A request line too long for libmicrohttpd, beside others in the same moment: docs/decisions/0006.
        client.claim(id, NEVER, answer)
        return client.soak.count(client, "414 page")
    expect(answer.status in statuses, f"the status should be among {sorted(statuses)}")
    codes = {code for code, (status, _) in client.contract.table.items() if status in statuses}
    client.refused(answer, [id], codes)


KINDS = {"bad JSON": (5, bad_json), "bad field": (4, bad_field), "bad path": (3, bad_path), "bad HTTP": (2, bad_http)}
