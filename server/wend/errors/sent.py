"""Bytes on their way here: too many, too slow, or in another order than is known."""

from wend.errors.invalid import InvalidInput


class MessageTooLarge(InvalidInput):
    """Over the limit of one message or upload."""

    code = "message_too_large"
    hint = "Send less at once; masks and latents are uploaded as assets, never inside messages."

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"This message is larger than {limit_bytes} bytes.", limit_bytes=limit_bytes)


class BodyTooSlow(InvalidInput):
    """The body of a request that does not come to its end."""

    code = "body_too_slow"
    hint = "Send it again; a large checkpoint goes on where it stopped."

    def __init__(self, received_bytes: int) -> None:
        super().__init__(
            f"Nothing more came of this request after {received_bytes} bytes.", received_bytes=received_bytes
        )


class UploadOffsetWrong(InvalidInput):
    """A part of an upload that does not begin where the last one ended, or another has taken its place."""

    code = "upload_offset_wrong"
    hint = "Ask how much is here (HEAD, `Upload-Offset`) and go on from there."

    def __init__(self, upload: str, received_bytes: int) -> None:
        super().__init__(
            f"The upload {upload} goes on at byte {received_bytes}.",
            upload=upload,
            received_bytes=received_bytes,
        )


class UploadsFull(InvalidInput):
    """More files are on their way than are of any use."""

    code = "uploads_full"
    hint = "Wait until some have come, or cancel some."

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} files are on their way already.", limit=limit)
