"""Generated requests to every route of the OpenAPI document: no 5xx, and every answer is as the document says.

A few a route here. Ten thousand and more: CONTRACT_EXAMPLES=400 pytest tests/api/test_contract.py -n 2 (a route without
parameters has only one request to generate).
"""

import os
from uuid import UUID

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from habit_coach.api.app import build_api
from tests.isolation.conftest import owned  # noqa: F401 - a fixture

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "4"))
PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CALLS_OUT = {"channel_id"}
"""Trying one of these out would call a server elsewhere."""
schema = schemathesis.openapi.from_asgi("/openapi.json", build_api())


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES < 10)
def test_every_answer_is_as_the_document_says(case, ada, owned):  # noqa: F811
    for name, value in case.path_parameters.items():
        if name in owned.by_name.keys() - CALLS_OUT and is_uuid(value):
            case.path_parameters[name] = owned.by_name[name]
    case.call_and_validate(headers=ada.headers, checks=PROMISES)


def is_uuid(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False
