"""A migrated database that the processes of one test run copy, instead of migrating each its own."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger
from psycopg import sql

PREFIX = "template_of_run_"


def template_for(run: str) -> str:
    """Return the name of the run's template, made by whichever process comes first; those of earlier runs go."""
    name = f"{PREFIX}{run[:16]}"
    lock = Path(os.environ["PASTORAL_VAR"]) / "template.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held, _server() as server:
        fcntl.flock(held, fcntl.LOCK_EX)
        known = [row[0] for row in server.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{PREFIX}"])]
        if name not in known:
            for old in known:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
            _make(name)
    return name


def _server() -> "psycopg.Connection[tuple[object, ...]]":
    params = connection.get_connection_params()
    login = {name: params[name] for name in ("host", "port", "user", "password") if params.get(name)}
    return psycopg.connect(**login, dbname="postgres", autocommit=True)


def _make(name: str) -> None:
    usual, before = connection.settings_dict["NAME"], connection.settings_dict["TEST"].get("NAME")
    connection.settings_dict["TEST"]["NAME"] = name
    with _each_model_drawn_up_once():
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.creation.destroy_test_db(usual, verbosity=0, keepdb=True)
    connection.settings_dict["TEST"]["NAME"] = before


@contextmanager
def _each_model_drawn_up_once() -> Iterator[None]:
    """Spare the migrations two thirds of their work: what they say to the database is the same.

    For every new table and every trigger Django draws up all models anew that are somehow related to it, and here
    nearly all are. A table that is new is related to nothing drawn up before, and a trigger is no part of a model's
    Python. The demonstration's test migrates without this.
    """

    def add_model(state: ProjectState, model: ModelState) -> None:
        drawn_up = state.__dict__.pop("apps", None)
        as_ever(state, model)
        if drawn_up is not None:
            state.__dict__["apps"] = drawn_up
            drawn_up.render_multiple([model])

    def add_trigger(operation: AddTrigger, app_label: str, state: ProjectState) -> None:
        options = state.models[app_label, operation.model_name].options
        options["triggers"] = [*options.get("triggers", []), operation.trigger]

    as_ever = ProjectState.add_model
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "add_model", add_model)
        patch.setattr(AddTrigger, "state_forwards", add_trigger)
        yield
