"""The views, a module for each noun."""

from flask import Flask

from webapp.config import WebConfig
from webapp.views import (
    account,
    accounts,
    appointments,
    audit,
    calendar,
    calendar_file,
    confirming,
    desk,
    desk_away,
    desk_booking,
    desk_changes,
    desk_export,
    desk_rows,
    doctors,
    health,
    language,
    mail,
    manage,
    metrics,
    moving,
    notifications,
    offering,
    own_account,
    own_data,
    patients,
    people,
    recovery,
    resuming,
    second_factor,
    sessions,
    slots,
    styleguide,
    withdrawing,
)

BLUEPRINTS = (
    health.bp,
    metrics.bp,
    accounts.bp,
    account.bp,
    language.bp,
    own_account.bp,
    resuming.bp,
    second_factor.bp,
    sessions.bp,
    recovery.bp,
    doctors.bp,
    slots.bp,
    appointments.bp,
    calendar_file.bp,
    confirming.bp,
    moving.bp,
    manage.bp,
    calendar.bp,
    offering.bp,
    withdrawing.bp,
    desk.bp,
    desk_changes.bp,
    desk_export.bp,
    desk_away.bp,
    desk_rows.bp,
    desk_booking.bp,
    notifications.bp,
    own_data.bp,
    patients.bp,
    people.bp,
    audit.bp,
)


def init_app(app: Flask, config: WebConfig) -> None:
    """Register all views."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if config.demo and config.mail_folder:
        app.register_blueprint(mail.bp)
    if config.demo:
        app.register_blueprint(styleguide.bp)
