"""`/metrics` for Prometheus, for this machine and for admins' tokens."""

import os
from collections.abc import Iterable
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from habit_coach.api.deps import Access, FromDevice, ReadSession, caller
from habit_coach.operations import vitals
from habit_coach.operations.vitals import Vitals
from habit_coach.settings import settings

FORWARDED = {"forwarded", "x-forwarded-for", "x-real-ip"}
router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request, session: ReadSession, device: FromDevice, credentials: Access) -> Response:
    """What this instance counts, and how the background work is doing. Nobody else finds anything here."""
    if credentials is not None or not _is_local(request, device.address):
        caller(request, session, ["admin"])
    background = CollectorRegistry()
    background.register(Background(vitals.read(session)))
    return Response(generate_latest(_counted()) + generate_latest(background), media_type=CONTENT_TYPE_LATEST)


class Background(Collector):
    """The numbers that are the database's, and so the same in every process."""

    def __init__(self, found: Vitals) -> None:
        self.found = found

    def collect(self) -> Iterable[Metric]:
        found = self.found
        yield _gauge("outbox_due", "Deliveries that are due.", found.due)
        yield _gauge("outbox_lag_seconds", "How long the oldest of them has been due.", found.lag)
        yield _gauge("outbox_failed", "Deliveries that were given up.", found.failed)
        yield _gauge("predictions_waiting", "People whose day began without its predictions.", found.unpredicted)
        yield _gauge("predictions_lag_seconds", "How long the first of them has waited.", found.unpredicted_for)
        if found.queued is not None:
            yield _gauge("queue_depth", "Tasks that wait for a worker.", found.queued)
        if found.model_age is not None:
            yield _gauge("model_age_seconds", "How long ago the champion model was trained.", found.model_age)
        jobs = GaugeMetricFamily("habit_coach_job_success", "When a job last succeeded (Unix time).", labels=["job"])
        for job, at in found.succeeded.items():
            jobs.add_metric([job], at.timestamp())
        yield jobs


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"habit_coach_{name}", words, value)


def _counted() -> CollectorRegistry:
    """What this process counted, or all web processes together where there are several."""
    if settings().web_workers == 1:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together, path=os.fspath(settings().counters))  # type: ignore[no-untyped-call]
    return together


def _is_local(request: Request, address: str) -> bool:
    """Whether it comes from this machine itself. Behind a proxy on it everybody would seem to."""
    if not settings().trusted_proxy_hops and not FORWARDED.isdisjoint(request.headers.keys()):
        return False
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
