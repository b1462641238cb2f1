"""The endpoint engine: roles played by a model behind an OpenAI-compatible server of the person's choice.

Nothing heavy is imported here; the HTTP client, Jinja2 and YAML are loaded when the first question is asked.
"""

from esc_tui.engines.endpoint.build import build_endpoint_engine, check_prompts, close_endpoint_engine
from esc_tui.engines.endpoint.doctor import (
    DoctorLine,
    LocalEndpoint,
    diagnose,
    list_models,
    probe_local,
    resolve_model,
)
from esc_tui.engines.endpoint.models import ModelEntry
from esc_tui.engines.endpoint.settings import EndpointSettings, is_loopback, normalise_url

__all__ = [
    "DoctorLine", "EndpointSettings", "LocalEndpoint", "ModelEntry", "build_endpoint_engine", "check_prompts", "close_endpoint_engine",
    "diagnose", "is_loopback", "list_models", "normalise_url", "probe_local", "resolve_model",
]
