"""The people of the demo clinic."""

from dataclasses import dataclass
from datetime import time

from domain.actions.accounts import new_person
from domain.documents import Role, User

PASSWORD = "bookwell-demo"  # noqa: S105 - printed at each start, never served on a network unasked

Hours = tuple[tuple[time, time], tuple[time, time]]
_EARLY: Hours = ((time(8), time(12)), (time(12, 30), time(15, 30)))
_USUAL: Hours = ((time(9), time(12)), (time(13), time(17)))
_LATE: Hours = ((time(10), time(13)), (time(14), time(18)))


@dataclass(frozen=True)
class DemoDoctor:
    """A doctor of the demo clinic; `hours`: before and after lunch, by the practice's clock."""

    name: str
    specialty: str
    hours: Hours


DOCTORS = (
    DemoDoctor("Dr Amara Okafor", "General practice", _USUAL),
    DemoDoctor("Dr Jonas Weber", "Cardiology", _EARLY),
    DemoDoctor("Dr Mei-Lin Chen", "Dermatology", _USUAL),
    DemoDoctor("Dr Sofía Herrera", "Paediatrics", _EARLY),
    DemoDoctor("Dr Tomasz Zieliński", "Orthopaedics", _LATE),
    DemoDoctor("Dr Leila Haddad", "Gynaecology", _USUAL),
)

_PATIENTS = (
    "Anna Schneider",
    "Mehmet Öztürk",
    "Charlotte Dubois",
    "Kwame Mensah",
    "Ingrid Larsen",
    "Rahul Sharma",
    "Zeynep Kaya",
    "Lukas Hoffmann",
    "Fatima Rahman",
    "Oluwaseun Adeyemi",
    "Greta Lindqvist",
    "Dmitri Volkov",
    "Yuki Tanaka",
    "Matteo Rossi",
    "Aaliyah Johnson",
    "Björn Nilsson",
    "Priya Patel",
    "Kofi Boateng",
    "Elif Demir",
    "Henrik Andersen",
    "Chloé Moreau",
    "Santiago Fernández",
    "Noor Khalil",
    "Piotr Kowalski",
    "Thandiwe Nkosi",
    "Emil Richter",
    "Hana Suzuki",
    "Ibrahim Farouk",
    "Marta Silva",
    "Finn Becker",
    "Lucía Ortega",
    "Tariq Aziz",
    "Saoirse Murphy",
    "Viktor Petrov",
    "Nia Campbell",
    "Jakob Krüger",
    "Minh Nguyen",
    "Rosa Costa",
    "Ayodele Balogun",
    "Klara Novak",
)
_WALK_IN_SHIFT = 13


def address(role: str, number: int) -> str:
    """Return the address of the numbered demo login of a role; the first one has no number."""
    return f"{role}{number if number > 1 else ''}@example.org"


def addresses() -> list[str]:
    """Return the addresses of all demo logins."""
    patients = [address("patient", number + 1) for number in range(len(_PATIENTS))]
    doctors = [address("doctor", number + 1) for number in range(len(DOCTORS))]
    return [*patients, *doctors, address("desk", 1), address("admin", 1)]


def doctors() -> list[User]:
    """Return the doctors, not stored yet."""
    return [
        new_person(
            role=Role.DOCTOR,
            email=address("doctor", number),
            name=doctor.name,
            specialty=doctor.specialty,
        )
        for number, doctor in enumerate(DOCTORS, 1)
    ]


def patients() -> list[User]:
    """Return the patients who can sign in, not stored yet."""
    return [
        _patient(address("patient", number), name, number)
        for number, name in enumerate(_PATIENTS, 1)
    ]


def walk_ins() -> list[User]:
    """Return patients whom the desk entered and who have no login, not stored yet."""
    first_names, last_names = zip(*(name.split() for name in _PATIENTS), strict=True)
    shifted = last_names[_WALK_IN_SHIFT:] + last_names[:_WALK_IN_SHIFT]
    return [
        _patient(f"by-phone{number}@example.org", f"{first} {last}", 100 + number)
        for number, (first, last) in enumerate(zip(first_names, shifted, strict=True), 1)
    ]


def front_office() -> list[User]:
    """Return the receptionist and the admin, not stored yet."""
    return [
        new_person(role=Role.RECEPTIONIST, email=address("desk", 1), name="Miriam Vogel"),
        new_person(role=Role.ADMIN, email=address("admin", 1), name="Samuel Osei"),
    ]


def logins() -> str:
    """Return what the start prints about signing in."""
    names = ", ".join(address(role, 1) for role in ("patient", "doctor", "desk", "admin"))
    return f"Demo clinic: sign in as {names}; the password is {PASSWORD}"


def _patient(email: str, name: str, number: int) -> User:
    # Berlin's 030 23125 numbers are set aside for fiction by the German network agency.
    phone = f"+49 30 23125 {number:03d}"
    return new_person(role=Role.PATIENT, email=email, name=name, phone=phone)
