"""The link by which a reader reports an error on a page: what is wrong where is filled in already."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from generator.markdown import clean
from generator.view import View


def report_link(view: View, title: str, address: str) -> str:
    """The link of a page, empty where the settings name neither a mail address nor a tracker.

    `address` is the page's from the language's root. The page's whole address and the release of the data stand in
    the report; a site without an address of its own gives the path, one without releases the day of its data.
    """
    site, say = view.config.site, view.say
    feedback, history, closed = site.feedback, view.history, view.plan.identity.as_of
    if not (feedback.mail or feedback.url):
        return ""
    root = f"{site.site_url.rstrip('/')}/" if site.site_url else ""
    release = (history.built_from if history.releases else site.release) or ""
    data = say("footer.as_of", date=view.language.date(closed)) if closed else say("footer.no_release")
    subject = clean(say("use.report_subject", title=title))
    body = say("use.report_body", address=f"{root}{view.language.code}/{address}", release=release or data)
    if feedback.url:
        parts = urlsplit(feedback.url)
        query = "&".join(filter(None, (parts.query, f"title={quote(subject, '')}", f"body={quote(body, '')}")))
        return urlunsplit(parts._replace(query=query))
    lines = quote(body, "").replace("%0A", "%0D%0A")  # as RFC 6068 asks
    return f"mailto:{quote(feedback.mail or '', '@')}?subject={quote(subject, '')}&body={lines}"
