"""The database: what it must be, what it declares, and what its absence is called."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from beanie import Document

from domain import database
from domain.actions.offering import new_slot
from domain.client import NotReplicated, suited_client
from domain.database import OUTAGES, DuplicateKey, ping, waiting_here
from domain.documents import DOCUMENTS, Appointment, EventRecord, Slot, User
from domain.errors import Unavailable
from domain.ids import new_id
from domain.indexes import violated_index
from domain.reading import one_found, read_portion, read_rows
from domain.writes import Writes, in_transaction
from hosting.loop import LoopThread
from hosting.network import answers
from tests.conftest import Run
from tests.domain.commands import recorded_commands
from tests.domain.conftest import House
from tests.support.database import free_port, secantus_command
from tests.support.waiting import eventually


def connecting(uri: str) -> None:
    elsewhere = LoopThread().start()
    try:
        elsewhere.run(database.connect(uri, "elsewhere", DOCUMENTS))
    finally:
        elsewhere.stop()


def test_a_standalone_server_is_refused_with_a_way_out(tmp_path: Path) -> None:
    port = free_port()
    command = [*secantus_command(port, tmp_path / "data"), "--standalone"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=tmp_path)
        try:
            eventually(lambda: answers(port))
            with pytest.raises(NotReplicated) as refusal:
                connecting(f"mongodb://127.0.0.1:{port}/")
        finally:
            server.kill()
            server.wait(30)
    assert "standalone" in str(refusal.value)
    assert "--replSet rs0" in str(refusal.value)


def test_the_embedded_engine_is_not_asked_to_remember_writes(run: Run, mongodb_uri: str) -> None:
    client = run(suited_client(mongodb_uri))
    assert client.delegate.options.retry_writes is False
    client.close()


def test_a_forked_process_reads_and_writes_though_its_parent_did_before(mongodb_uri: str) -> None:
    """As the parent of the web processes does, which makes the demo clinic."""
    program = f"""
import os, sys
from domain import database
from domain.reading import read_one
from domain.documents import DOCUMENTS, Turn
from domain import clock
from domain.writes import in_transaction
from hosting.loop import LoopThread

async def use():
    await database.connect("{mongodb_uri}", "forked", DOCUMENTS)
    mine = Turn(id=str(os.getpid()), due_at=clock.now(), done_until=clock.now())
    await in_transaction(lambda writes: writes.insert(mine))
    await read_one(Turn, {{"_id": mine.id}})
    database.close()

def used():
    loop = LoopThread().start()
    loop.run(use(), 20)
    loop.stop()

used()
child = os.fork()
if not child:
    used()
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert ended.returncode == 0, ended.stderr.decode()


def test_a_list_that_is_too_long_for_one_answer_is_read_to_its_end(run: Run, doctor: User) -> None:
    first = datetime(2027, 1, 4, 8, tzinfo=UTC)
    times = [first + timedelta(minutes=5 * number) for number in range(1001)]
    slots = [new_slot(doctor, at, 5, None) for at in times]
    run(Slot.insert_many(slots[::-1]))
    theirs = {"doctor_id": doctor.id}
    found = run(read_rows(Slot, theirs, Slot, order=("starts_at",)))
    assert [one.id for one in found] == [one.id for one in slots]
    cut, is_full = run(read_portion(Slot, theirs, Slot, order=("-starts_at",), limit=3))
    assert ([one.id for one in cut], is_full) == ([one.id for one in slots[:-4:-1]], True)


def test_only_what_is_small_is_read_without_a_cursor_that_would_bring_the_rest(
    run: Run, doctor: User
) -> None:
    with recorded_commands() as sent:
        run(read_rows(Slot, {"doctor_id": doctor.id}, Slot))
        run(read_rows(EventRecord, {"subject_id": doctor.id}, EventRecord))
    assert [command.get("singleBatch", False) for _, command in sent] == [True, False]


def test_a_server_that_does_not_answer_is_an_outage(run: Run) -> None:
    with pytest.raises(Unavailable):
        connecting(f"mongodb://127.0.0.1:{free_port()}/")
    run(ping())


def test_without_a_connection_everything_is_an_outage(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_connection", None)

    def nothing(_: Writes) -> None:
        raise AssertionError("ran without a database")

    with pytest.raises(Unavailable):
        run(ping())
    with pytest.raises(Unavailable):
        run(in_transaction(nothing))
    database.close()


def test_who_has_a_thread_waits_on_it_and_nobody_on_that_of_the_event_loop(
    run: Run, doctor: User
) -> None:
    async def wait_on_the_loop() -> User | None:
        return waiting_here(one_found, User, {"_id": doctor.id})

    assert waiting_here(one_found, User, {"_id": doctor.id}) == doctor
    with recorded_commands() as sent, pytest.raises(RuntimeError, match="event loop"):
        run(wait_on_the_loop())
    assert not sent


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_declared_index_exists_as_declared(run: Run, document: type[Document]) -> None:
    async def existing() -> dict[str, Any]:
        return await document.get_motor_collection().index_information()

    found = run(existing())
    declared = {one.document["name"]: one.document for one in document.Settings.indexes}  # type: ignore[attr-defined]
    assert set(declared) <= set(found)
    for name, wanted in declared.items():
        assert found[name]["key"] == list(wanted["key"].items()), name
        for option in ("unique", "partialFilterExpression"):
            assert found[name].get(option) == wanted.get(option), name


def test_the_indexes_that_keep_the_invariants_are_unique() -> None:
    declared = [one.document for document in DOCUMENTS for one in document.Settings.indexes]  # type: ignore[attr-defined]
    assert {one["name"] for one in declared if one.get("unique")} == {
        "slots_never_overlap",
        "appointments_slot_booked_once",
        "appointments_patient_in_one_place",
        "appointments_reference",
        "appointments_idempotency",
        "users_address",
    }


def test_a_refusal_names_its_index(house: House, patient: User) -> None:
    twin = patient.model_copy(update={"id": new_id()})
    with pytest.raises(DuplicateKey) as refusal:
        house.run(twin.insert())
    assert violated_index(refusal.value) == "users_address"


def test_many_documents_are_refused_like_one(house: House, slot: Slot, doctor: User) -> None:
    others = [one.model_copy(update={"id": doctor.id}) for one in (slot, slot)]
    with pytest.raises(DuplicateKey) as refusal:
        house.run(in_transaction(lambda writes: writes.insert(*others)))
    assert violated_index(refusal.value) == "slots_never_overlap"


def test_a_domain_refusal_is_no_outage() -> None:
    assert not issubclass(DuplicateKey, OUTAGES)


def test_collections_have_the_names_that_operators_know() -> None:
    names = {document.Settings.name for document in (User, Slot, Appointment, EventRecord)}
    assert names == {"users", "slots", "appointments", "events"}
