"""What the services themselves promise: persons, rights over what is of one municipality, corrections."""

from __future__ import annotations

from tests.mutants.mechanism import Mechanism

_CONTACTS = "tests/unit/membership/contacts/test_api.py"
_SIGNIN = "tests/unit/membership/signin/test_signin.py"
_ERASURE = "tests/integration/test_erasure.py"

MECHANISMS = (
    Mechanism(
        name="a group without fixed seats concerns those alone who signed up",
        file="services/groups/seats/handlers.py",
        old='    if group["seats_per_municipality"]:\n',
        new="    if True:\n",
        tests=("tests/unit/groups/seats/test_many_members.py",),
    ),
    Mechanism(
        name="an erased person has no name any more",
        file="services/membership/contacts/handlers.py",
        old=".values(name=None, email=None, phone=None, erased_at=clock.moment(clock.now()))",
        new=".values(erased_at=clock.moment(clock.now()))",
        tests=(_ERASURE,),
    ),
    Mechanism(
        name="answers that name the erased are forgotten",
        file="services/membership/contacts/handlers.py",
        old="    forget_receipts_naming(connection, contact_id)\n",
        new="",
        tests=(_ERASURE,),
    ),
    Mechanism(
        name="an erased person is not left in the bytes of the file",
        file="services/membership/contacts/handlers.py",
        old="    handle(contacts, contacts.stream(owner), asked)\n    _leave_no_traces(connection)\n",
        new="    handle(contacts, contacts.stream(owner), asked)\n",
        tests=(_ERASURE,),
    ),
    Mechanism(
        name="a contact is erased by its own municipality only",
        file="services/membership/contacts/handlers.py",
        old="if owner is None or municipality_id not in (None, owner):",
        new="if owner is None:",
        tests=(_CONTACTS,),
    ),
    Mechanism(
        name="persons are shown to the office and their own municipality",
        file="services/membership/contacts/api.py",
        old="if caller().municipality_id is None and not caller().is_office:",
        new="if False:",
        tests=(_CONTACTS,),
    ),
    Mechanism(
        name="a municipality is told the names of its own contacts only",
        file="services/membership/contacts/api.py",
        old="queries.names_of(connection(), wanted, caller().municipality_id)",
        new="queries.names_of(connection(), wanted, None)",
        tests=(_CONTACTS,),
    ),
    Mechanism(
        name="a link lets in once",
        file="services/membership/signin/handlers.py",
        old="            signin_links.c.used_at.is_(None),\n",
        new="",
        tests=(_SIGNIN,),
    ),
    Mechanism(
        name="a link is good for fifteen minutes",
        file="services/membership/signin/handlers.py",
        old="            signin_links.c.expires_at >= clock.moment(now),\n",
        new="",
        tests=(_SIGNIN,),
    ),
    Mechanism(
        name="the database does not hold what lets in",
        file="services/membership/signin/handlers.py",
        old="return hashlib.sha256(secret.encode()).hexdigest()",
        new="return secret",
        tests=(_SIGNIN,),
    ),
    Mechanism(
        name="a municipality chooses the language of its own notices only",
        file="services/notifications/languages/api.py",
        old='@requires("notifications:write", own="municipality_id")',
        new='@requires("notifications:write", own="in-view")',
        tests=("tests/integration/web/test_notice_languages.py",),
    ),
    Mechanism(
        name="the feed shows a municipality what it may see",
        file="services/notifications/feed/api.py",
        old="found = wait_for_page(question, caller().municipality_id)",
        new="found = wait_for_page(question, None)",
        tests=("tests/integration/web/test_feed.py",),
    ),
    Mechanism(
        name="the log's page shows a municipality what it may see",
        file="services/notifications/feed/pages.py",
        old="log_page(connection(), sought, caller().municipality_id, number)",
        new="log_page(connection(), sought, None, number)",
        tests=("tests/integration/web/test_notices.py",),
    ),
    Mechanism(
        name="a cursor that nobody knows is refused",
        file="services/notifications/feed/queries.py",
        old="    if row is None:\n        raise CursorUnknown(",
        new="    if row is None:\n        return 0\n        raise CursorUnknown(",
        tests=("tests/integration/web/test_feed.py",),
    ),
    Mechanism(
        name="a published digest is never changed",
        file="services/notifications/migrations/versions/notifications_0002_digests.py",
        old='" AND NEW.last_number > OLD.last_number"',
        new='""',
        tests=("tests/integration/test_digests.py",),
    ),
    Mechanism(
        name="days of the chain never go back",
        file="services/notifications/digests/domain.py",
        old="max(before.day, recorded_at[:_DATE])",
        new="recorded_at[:_DATE]",
        tests=("tests/unit/notifications/test_digests.py",),
    ),
)
