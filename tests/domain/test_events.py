"""The catalogue of events, and how an event is stored and told again."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.documents import EventRecord
from domain.events import Actor, AppointmentFacts, Event, SlotFacts, from_record, to_record
from domain.events.recording import UnknownKind
from domain.ids import Id, new_id
from domain.sealing import Confidential
from tests.domain.conftest import House

KINDS = {
    "appointment.cancelled",
    "appointment.created",
    "appointment.marked",
    "appointment.moved",
    "appointment.reminder",
    "appointment.reprojected",
    "appointment.restored",
    "patient.address_changed",
    "person.erased",
    "slot.created",
    "slot.deleted",
    "slots.closed",
    "slots.created",
    "slots.deleted",
    "slots.reopened",
    "staff.added",
    "staff.changed",
    "staff.deactivated",
    "staff.reactivated",
}

ids = st.builds(new_id)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    Id: ids,
    Id | None: ids | st.none(),
    str: texts,
    str | None: texts | st.none(),
    tuple[Id, ...]: st.lists(ids, max_size=3).map(tuple),
    tuple[str, ...]: st.lists(texts, max_size=3).map(tuple),
    Confidential: texts.map(Confidential),
    bool: st.booleans(),
    int: st.integers(0, 2**31),
    date: st.dates(date(1990, 1, 1), date(2200, 1, 1)),
    datetime: moments,
}


def made(kind: Any) -> st.SearchStrategy[Any]:
    """Build any dataclass of the catalogue from its annotations."""
    if get_origin(kind) is tuple:
        return st.lists(made(get_args(kind)[0]), max_size=3).map(tuple)
    hints = get_type_hints(kind)
    fields = {one.name: hints[one.name] for one in dataclasses.fields(kind)}
    return st.builds(
        kind,
        **{name: VALUES[hint] if hint in VALUES else made(hint) for name, hint in fields.items()},
    )


def catalogue(root: type[Event] = Event) -> Iterator[type[Event]]:
    for event in root.__subclasses__():
        if event.kind:
            yield event
        yield from catalogue(event)


EVENTS = sorted(catalogue(), key=lambda event: event.kind)


def test_each_kind_has_one_event() -> None:
    kinds = [event.kind for event in EVENTS]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) >= KINDS


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_a_stored_event_is_told_again_as_it_was(house: House, kind: type[Event]) -> None:
    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(made(kind))
    def there_and_back(event: Event) -> None:
        record = house.run(stored(event))
        assert from_record(record) == event
        assert record.id == event.id
        assert (record.kind, record.occurred_at) == (event.kind, event.occurred_at)
        assert (record.subject_id, record.actor_id) == (event.subject_id, event.actor.id)
        assert (record.handled, record.handled_at) == (False, None)

    there_and_back()


async def stored(event: Event) -> EventRecord:
    await to_record(event).insert()
    found = await EventRecord.get(event.id)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [*EVENTS, Actor, SlotFacts, AppointmentFacts])
def test_a_fact_does_not_change(kind: Any) -> None:
    assert kind.__dataclass_params__.frozen


def test_a_kind_of_a_later_version_is_named(house: House) -> None:
    record = EventRecord(
        kind="slot.painted", occurred_at=datetime.now(UTC), subject_id=new_id(), payload={}
    )
    with pytest.raises(UnknownKind, match=r"slot\.painted"):
        from_record(record)


def test_a_payload_of_a_later_version_may_say_more(house: House) -> None:
    @settings(max_examples=10, deadline=None)
    @given(made(EVENTS[0]))
    def read(event: Event) -> None:
        record = to_record(event)
        record.payload["colour"] = "green"
        assert from_record(record) == event

    read()
