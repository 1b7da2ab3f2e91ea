"""Every page of the site, in every state.

Addresses contain the names of rows from `site_rows.fill`.
"""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.browser.actions import (
    DIALOG,
    MENU,
    Act,
    answered_all,
    asked_whether,
    asked_without_scripts,
    clicking,
    digit_opened,
    drawn,
    keys_asked,
    keys_of_review,
    number_saved,
    number_written,
    opening_dialog,
    review_item,
    saved_with,
    selected,
    sending,
    submitting,
    taught_one,
    uploaded,
)

STATUS = "performance.getEntriesByType('navigation')[0].responseStatus"


@dataclass(frozen=True)
class State:
    """A page at an address after `act`.

    by: the signed-in user; "" for nobody. status: of the last page. part: the selector of what
    `act` adds to a page that another state checks; "" for the whole page.
    """

    name: str
    address: str
    by: str = ""
    act: Act | None = None
    status: int = 200
    part: str = ""

    def show(self, page: Page, places: dict[str, Any]) -> None:
        page.goto(self.address.format(**places))
        if self.act:
            self.act(page)
        assert page.evaluate(STATUS) == self.status


HOME = [
    State("home", "/"),
    State("home-answer", "/", act=drawn),
    State("home-number", "/", act=number_written),
    State("home-picture", "/", act=uploaded),
    State("nowhere", "/nowhere/", status=404),
    State("kept", "/what-is-kept/"),
    State("sign-in", "/accounts/login/"),
    State("sign-in-refused", "/accounts/login/", act=submitting("main form")),
    State("sign-up", "/accounts/sign-up/"),
    State("sign-up-refused", "/accounts/sign-up/", act=submitting("main form"), status=400),
    State("password-reset", "/accounts/password_reset/"),
    State("password-reset-done", "/accounts/password_reset/done/"),
    State("password-new", "/accounts/reset/{reset}/"),
    State("password-link-used", "/accounts/reset/MQ/no-token/"),
    State("password-set", "/accounts/reset/done/"),
]
OWNER = [
    State("drawings", "/drawings/", "owner"),
    State("drawings-selected", "/drawings/", "owner", selected),
    State("drawings-export", "/drawings/", "owner", clicking(".page-actions > summary"), part=MENU),
    State("drawings-keys", "/drawings/", "owner", keys_asked, part=DIALOG),
    State("drawings-filtered", "/drawings/?label=9", "owner"),
    State("drawings-filter-wrong", "/drawings/?label=12&since=x", "owner", status=400),
    State("my-labels", "/labels/", "owner"),
    State("drawings-import", "/drawings/import/", "owner"),
    State(
        "drawings-import-refused",
        "/drawings/import/",
        "owner",
        submitting("main form"),
        status=400,
    ),
    State("drawings-delete", "/drawings/", "owner", asked_without_scripts),
    State("drawings-deleted", "/drawings/deleted/", "owner"),
    State("drawing-gold", "/drawings/{drawing_7}/", "owner"),
    State("drawing-withdrawn", "/drawings/{drawing_10}/", "owner"),
    State("drawing-uploaded", "/drawings/{drawing_5}/", "owner"),
    State(
        "drawing-delete",
        "/drawings/{drawing_5}/",
        "owner",
        opening_dialog("[data-confirm] button"),
        part=DIALOG,
    ),
    State("drawing-keys", "/drawings/{drawing_5}/", "owner", keys_asked, part=DIALOG),
    State("batches", "/batches/", "owner"),
    State("batches-empty", "/batches/", "trainer"),
    State("batches-refused", "/batches/", "owner", submitting("form.reading-form"), status=400),
    State("batch-succeeded", "/batches/{batch_succeeded}/", "owner"),
    State("batch-page-2", "/batches/{batch_succeeded}/?page=2", "owner"),
    State("batch-failed", "/batches/{batch_failed}/", "owner"),
    State("batch-running", "/batches/{batch_running}/", "owner"),
    State(
        "batch-cancel",
        "/batches/{batch_queued}/",
        "owner",
        opening_dialog("[data-confirm] button"),
        part=DIALOG,
    ),
    State("pages", "/pages/", "owner"),
    State("pages-empty", "/pages/", "trainer"),
    State("pages-refused", "/pages/", "owner", submitting("form.reading-form"), status=400),
    State("page-table", "/pages/{page_succeeded}/", "owner"),
    State("page-failed", "/pages/{page_failed}/", "owner"),
    State("page-running", "/pages/{page_running}/", "owner"),
    State(
        "page-cancel",
        "/pages/{page_queued}/",
        "owner",
        opening_dialog("[data-confirm] button"),
        part=DIALOG,
    ),
    State("account", "/account/", "owner"),
    State("account-refused", "/account/", "owner", submitting("form.form"), status=400),
    State("account-delete", "/account/delete/", "owner"),
    State("tokens", "/account/tokens/", "owner"),
    State(
        "token-made",
        "/account/tokens/",
        "owner",
        sending("/account/tokens/", name="one", scopes="read"),
    ),
    State(
        "token-refused",
        "/account/tokens/",
        "owner",
        sending("/account/tokens/", name="one"),
        status=400,
    ),
    State(
        "token-revoke",
        "/account/tokens/",
        "owner",
        opening_dialog("[data-confirm] button"),
        part=DIALOG,
    ),
    State("password-change", "/accounts/password_change/", "owner"),
    State(
        "password-change-refused", "/accounts/password_change/", "owner", submitting("form.form")
    ),
    State("password-changed", "/accounts/password_change/done/", "owner"),
    State("error-400", "/labels/?state=x", "owner", status=400),
    State("compare-same", "/versions/compare/?before=1&after=1", "owner", status=400),
    State("error-403", "/review/", "owner", status=403),
    State("error-404", "/drawings/999/", "owner", status=404),
    State(
        "error-csrf",
        "/account/",
        "owner",
        sending("/account/tokens/", csrfmiddlewaretoken="x"),
        status=403,
    ),
]
TRAINER = [
    State("studio", "/", "trainer"),
    State("studio-pen", "/", "trainer", drawn),
    State("studio-number", "/", "trainer", digit_opened),
    State("studio-number-saved", "/", "trainer", number_saved),
    State("studio-menu", "/", "trainer", clicking("summary.avatar"), part=MENU),
    State("studio-keys", "/", "trainer", keys_asked, part=DIALOG),
    *(
        State(f"studio-{tab}", "/", "trainer", saved_with(tab))
        for tab in ("digits", "steps", "heat")
    ),
    State("everybodys-drawings", "/drawings/?everybody=1&owner=own", "trainer", selected),
    State("teach", "/teach/", "trainer"),
    State("teach-question", "/teach/", "trainer", asked_whether),
    State("teach-result", "/teach/", "trainer", taught_one),
    State("drawing-labels", "/drawings/{drawing_10}/", "trainer"),
    State("drawing-pending", "/drawings/{drawing_3}/", "trainer"),
    State("versions", "/versions/", "trainer"),
    State(
        "versions-roll-back",
        "/versions/",
        "trainer",
        clicking(".page-actions > summary"),
        part=MENU,
    ),
    State(
        "versions-promote", "/versions/", "trainer", clicking(".version-head summary"), part=MENU
    ),
    State("version-2", "/versions/2/", "trainer"),
    State(
        "version-2-term",
        "/versions/2/",
        "trainer",
        clicking(".facts .hint > summary"),
        part=".hint[open]",
    ),
    State("version-1", "/versions/1/", "trainer", clicking("details.more > summary")),
    State("version-describe", "/versions/2/", "trainer", clicking("details.describe > summary")),
    State("version-drawings", "/versions/2/drawings/", "trainer"),
    State("set-pictures", "/versions/1/sets/embedded/?label=4", "trainer"),
    State("compare", "/versions/compare/?before=1&after=2", "trainer"),
    State("compared-drawings", "/versions/compare/1/2/drawings/?change=fixed", "trainer"),
    State("jobs", "/jobs/", "trainer"),
    State(
        "jobs-re-score",
        "/jobs/",
        "trainer",
        clicking("details:has(#rescore-version) > summary"),
        part=MENU,
    ),
    State(
        "jobs-train",
        "/jobs/",
        "trainer",
        clicking("details:has(.training-form) >> nth=1"),
        part=MENU,
    ),
    State("job-succeeded", "/jobs/{retrain_succeeded}/", "trainer"),
    State("job-labels", "/jobs/{retrain_succeeded}/labels/", "trainer"),
    State("job-failed", "/jobs/{train_failed}/", "trainer"),
    State("job-canceled", "/jobs/{rescore_canceled}/", "trainer"),
    State("job-re-score", "/jobs/{rescore_succeeded}/", "trainer"),
    State("job-running", "/jobs/{train_running}/", "trainer"),
    State("job-queued", "/jobs/{retrain_queued}/", "trainer"),
    State(
        "job-cancel",
        "/jobs/{retrain_queued}/",
        "trainer",
        opening_dialog("[data-confirm] button"),
        part=DIALOG,
    ),
    State(
        "error-409",
        "/jobs/",
        "trainer",
        sending("/versions/1/promote/", expected_serving="9"),
        status=409,
    ),
    State("answers", "/answers/?period=day", "trainer"),
    State("dashboard", "/dashboard/", "trainer"),
    State("audit", "/audit/", "trainer"),
    State("audit-empty", "/audit/?who=nobody", "trainer"),
    State("audit-filter-wrong", "/audit/?kind=x", "trainer", status=400),
    State("review", "/review/", "trainer", review_item),
    State("review-keys", "/review/", "trainer", keys_of_review, part=DIALOG),
    State("review-agreement", "/review/agreement/", "trainer"),
    State("review-done", "/review/", "trainer", answered_all),
]
LISTS = [
    *("correction", "drawing", "job", "modelversion", "deployment", "apitoken"),
    *("webhookdelivery", "worker", "readingjob", "auditevent"),
]
ADMIN = [
    State("admin", "/admin/", "trainer"),
    *(State(f"admin-{name}s", f"/admin/recognizer/{name}/", "trainer") for name in LISTS),
    *(
        State(f"admin-{name}", f"/admin/recognizer/{name}/{{{name}}}/change/", "trainer")
        for name in ("correction", "drawing", "job", "modelversion")
    ),
    State("admin-users", "/admin/recognizer/user/", "trainer"),
    State("admin-user", "/admin/recognizer/user/1/change/", "trainer"),
    State("admin-user-new", "/admin/recognizer/user/add/", "trainer"),
    State("admin-user-password", "/admin/recognizer/user/1/password/", "trainer"),
    State("admin-drawing-delete", "/admin/recognizer/drawing/{drawing_7}/delete/", "trainer"),
    State(
        "admin-drawings-delete",
        "/admin/recognizer/drawing/",
        "trainer",
        sending(
            "/admin/recognizer/drawing/",
            action="delete_selected",
            select_across="1",
            _selected_action="1",
        ),
    ),
]
STATES = HOME + OWNER + TRAINER
