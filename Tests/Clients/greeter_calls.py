"""Calls the greeter with the client that openapi-python-client made."""

import sys

from greeter_client import Client
from greeter_client.api.greeter import greeter_greet
from greeter_client.models import GreeterGreetBody, GreeterGreetResponse200, Problem

client = Client(base_url=sys.argv[1])

answer = greeter_greet.sync(client=client, body=GreeterGreetBody(name="alice"))
assert isinstance(answer, GreeterGreetResponse200) and answer.return_value == "Hello, alice!", answer

detailed = greeter_greet.sync_detailed(client=client, body=GreeterGreetBody(name="bob"), ice_timeout_ms=2000)
assert detailed.status_code == 200 and detailed.headers["Ice-Timeout-Ms"] == "2000", detailed

wrong = greeter_greet.sync(client=client, body=GreeterGreetBody.from_dict({"name": 7}))
assert isinstance(wrong, Problem) and wrong.code == "wrong_type" and wrong.pointer == "/name", wrong
assert wrong.dispatched.value == "no" and not wrong.retryable
client.get_httpx_client().close()
print("greeter: the Python client calls it")
