"""Facts about people: patients, staff and their accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.events.event import Event
from domain.ids import Id


@dataclass(frozen=True, kw_only=True)
class _PersonEvent(Event):
    person_id: Id

    @property
    def subject_id(self) -> Id:
        """The person."""
        return self.person_id

    @property
    def people(self) -> tuple[Id, ...]:
        """The person."""
        return (self.person_id,)


@dataclass(frozen=True, kw_only=True)
class PatientAddressChanged(Event):
    """A patient is written to at another address from now on; nobody is written to about it."""

    kind: ClassVar[str] = "patient.address_changed"

    patient_id: Id
    email: str
    previous_email: str

    @property
    def subject_id(self) -> Id:
        """The patient."""
        return self.patient_id

    @property
    def people(self) -> tuple[Id, ...]:
        """The patient."""
        return (self.patient_id,)


@dataclass(frozen=True, kw_only=True)
class _StaffEvent(_PersonEvent):
    role: str

    @property
    def doctor_ids(self) -> tuple[Id, ...]:
        """The colleague, who may be a doctor: one who leaves has no free times any more."""
        return (self.person_id,)


@dataclass(frozen=True, kw_only=True)
class StaffAdded(_StaffEvent):
    """Somebody works here from now on."""

    kind: ClassVar[str] = "staff.added"


@dataclass(frozen=True, kw_only=True)
class StaffChanged(_StaffEvent):
    """A colleague has another role, name or specialty; `changed` names the fields."""

    kind: ClassVar[str] = "staff.changed"

    previous_role: str
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffDeactivated(_StaffEvent):
    """An account was closed, and whoever was signed in to it is not any more."""

    kind: ClassVar[str] = "staff.deactivated"


@dataclass(frozen=True, kw_only=True)
class StaffReactivated(_StaffEvent):
    """A closed account is open again."""

    kind: ClassVar[str] = "staff.reactivated"


@dataclass(frozen=True, kw_only=True)
class PersonErased(_PersonEvent):
    """Nothing is left of who a patient was; whoever else holds data by that id erases them, too."""

    kind: ClassVar[str] = "person.erased"


@dataclass(frozen=True, kw_only=True)
class _AccountEvent(_PersonEvent):
    name: str
    email: str
    person_language: str = ""

    @property
    def language(self) -> str:
        """That of the person."""
        return self.person_language


@dataclass(frozen=True, kw_only=True)
class EmailConfirmationRequested(_AccountEvent):
    """Somebody registered with an address; `nonce` makes the link for its owner.

    `known`: there is an account with it already, into which the link brings what was booked.
    """

    kind: ClassVar[str] = "email.confirmation_requested"

    nonce: str
    known: bool


@dataclass(frozen=True, kw_only=True)
class EmailConfirmed(_PersonEvent):
    """The owner of an address has confirmed that the account with it is theirs."""

    kind: ClassVar[str] = "email.confirmed"


@dataclass(frozen=True, kw_only=True)
class AccountsJoined(_PersonEvent):
    """What was booked with a newer account belongs to the one with the same address from now on."""

    kind: ClassVar[str] = "accounts.joined"

    joined_id: Id

    @property
    def people(self) -> tuple[Id, ...]:
        """The person, by both names."""
        return (self.person_id, self.joined_id)


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(_AccountEvent):
    """Somebody asked for a new password for an account; `nonce` makes the link."""

    kind: ClassVar[str] = "password.reset_requested"

    nonce: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PasswordResetUnknown(Event):
    """Somebody asked for a new password where there is no account; nobody is written to."""

    kind: ClassVar[str] = "password.reset_unknown"

    @property
    def subject_id(self) -> Id:
        """The asking itself."""
        return self.id


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(_AccountEvent):
    """A person has another password, and is signed in nowhere else."""

    kind: ClassVar[str] = "password.changed"


@dataclass(frozen=True, kw_only=True)
class ParticularsChanged(_PersonEvent):
    """A person goes by another name or number; `changed` names the fields."""

    kind: ClassVar[str] = "person.changed"

    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SecondFactorAdded(_AccountEvent):
    """A person is asked for a code at each sign-in from now on."""

    kind: ClassVar[str] = "second_factor.added"


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(_AccountEvent):
    """A person is asked for the password alone from now on."""

    kind: ClassVar[str] = "second_factor.removed"
