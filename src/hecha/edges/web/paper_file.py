"""A document as a file to keep: DOCX when it is asked for, else PDF."""

import asyncio

from starlette.responses import Response

from hecha.edges.documents import pdf, word
from hecha.flow.documents.model import Document

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def file_of(made: Document, name: str, kind: str) -> Response:
    """`kind`: docx or pdf. Signs that a file's name cannot hold become dashes."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "-" for sign in name)
    if kind == "docx":
        content, media, end = await asyncio.to_thread(word.render, made), DOCX, "docx"
    else:
        content, media, end = (await asyncio.to_thread(pdf.render, made)).pdf, "application/pdf", "pdf"
    headers = {"content-disposition": f'attachment; filename="{plain}.{end}"'}
    return Response(content, media_type=media, headers=headers)
