"""The files of the cast’s conference: slides that are out, and a speaker who is asked for theirs."""

from events.models.material import MaterialAsk
from events.models.programme import Session, Speaker
from members.models import Member
from tests.factories import events_materials as files


def make_files(cora: Member, opening: Session, speaker: Speaker) -> None:
    """Slides of the first session, for all and for delegates; a speaker is asked for those of another."""
    files.material(opening.event, cora, opening, copy=files.file("words.docx"))
    files.material(opening.event, cora, opening, audience="delegates", kind="handout")
    Speaker.objects.filter(pk=speaker.pk).update(email="ruth@hollowdale.example.org")
    speaker.refresh_from_db()
    files.ask(Session.objects.get(event=opening.event, slug="cold-homes"), speaker, cora)


def file_places() -> dict[str, str]:
    """What addresses of slides are made of."""
    ask = MaterialAsk.objects.select_related("session").order_by("pk")[0]
    token = files.path_of(ask).rstrip("/").rpartition("/")[2]
    return {"upload": token, "talk_files": f"{ask.session.event_id}/files/{ask.session_id}"}
