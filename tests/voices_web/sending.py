"""Sending files to a study and deciding on them, as somebody does in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commonpool.voices.models import Participant, Study, TextUpload, Transcript

SPOKEN = "Interviewer: How did it go?\nAnna: We shared the risk.\nInterviewer: And trust?\nAnna: It grew.\n"
GROUP = "Interviewer: Begin.\nAnna: Mine first.\nBen: Then mine.\nAnna: Mine again.\nBen: I agree with Anna.\n"


def send(browser: Client, study: Study, files: Mapping[str, str | bytes]) -> TextUpload:
    """Upload files, {name: content}; they are read at once. Gives the upload as it then stands."""
    sent = [SimpleUploadedFile(name, as_bytes(content)) for name, content in files.items()]
    answer = browser.post(f"/studies/{study.uuid}/texts/upload/", {"sent": sent})
    assert answer.status_code == 302, answer.content.decode()
    return TextUpload.objects.get(uuid=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def as_bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


def decide(browser: Client, upload: TextUpload, **chosen: Any) -> Any:
    """Keep an upload with what the page proposes, and `Anna="uuid or fate"` for labels, `name_1=` for files."""
    page = browser.get(f"/text-uploads/{upload.uuid}/")
    form = page.context["form"]
    data = {name: field.initial or "" for name, field in form.fields.items() if not name.startswith("leave")}
    for number, seen in enumerate(form.labels):
        if (whose := chosen.pop(seen.label, None)) is not None:
            data[f"label-{number}"] = str(whose.uuid) if isinstance(whose, Participant) else whose
    data |= {name.replace("_", "-"): value for name, value in chosen.items()}
    return browser.post(f"/text-uploads/{upload.uuid}/", data)


def kept(browser: Client, study: Study, text: str = SPOKEN, name: str = "T01.txt", **chosen: Any) -> Transcript:
    """One file sent and kept."""
    upload = send(browser, study, {name: text})
    answer = decide(browser, upload, **chosen)
    assert answer.status_code == 302, answer.context["form"].errors
    return Transcript.objects.get(study=study, name=name.rsplit(".", 1)[0])


def words_at_rest() -> bytes:
    """Everything of this room's binary columns: what somebody with the database alone would see."""
    from django.apps import apps
    from django.db.models import BinaryField

    found = b""
    for model in apps.get_app_config("voices").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, BinaryField):
                found += b"".join(bytes(each) for each in model._default_manager.values_list(field.name, flat=True))
    return found
