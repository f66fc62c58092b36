"""Bulk upload (docs/jet-api.md, files): token, blob, "it is there", and the file's fate."""

from typing import Any

from jetapi import wire
from jetapi.errors import JetNotFound
from jetapi.gateway import Gateway
from jetapi.http.calls import Call, Kind
from jetapi.http.settlements import settled
from jetapi.types.files import FileState, FileType, UploadToken


class Files:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def upload_token(self) -> UploadToken:
        """
        Ask for a place to upload to: GET /files/uploadToken.

        :raises JetError: no answer, or a refusal
        """
        return UploadToken.read(self._gateway.get("/files/uploadToken"))

    def put_blob(self, url: str, data: bytes) -> None:
        """
        Upload gzipped JSON to a signed address, without our token.

        :raises JetRejected: the signature is wrong or its time is over
        """
        self._gateway.send_without_token(
            Call(
                "PUT",
                url=url,
                kind=Kind.REPEATABLE,
                data=data,
                headers={"x-ms-blob-type": "BlockBlob", "Content-Type": "application/x-gzip"},
                plain=True,
            )
        )

    def uploaded(self, *, url: str, file_type: FileType | str, file_name: str) -> FileState:
        """
        Notify Jet that the file is there, which starts its processing: POST /files/uploaded.

        Not repeated: `uploaded_settled`.

        :raises JetRejected: nothing was uploaded to this address, or the type is unknown
        """
        body = {"url": url, "file_type": str(file_type), "file_name": file_name}
        return FileState.read(self._gateway.post("/files/uploaded", body))

    def uploaded_settled(
        self, token: UploadToken, *, file_type: FileType | str, file_name: str, in_doubt: bool = False
    ) -> FileState:
        """
        Start the processing of an uploaded file once, settling a lost answer by asking for the file.

        :raises JetError: not started, or still in doubt (`sent_maybe`)
        """

        def found() -> FileState | None:
            try:
                state = self.get(token.jet_file_id)
            except JetNotFound:
                return None
            return state if state.status and state.received else None

        return settled(
            lambda: self.uploaded(url=token.url, file_type=file_type, file_name=file_name),
            found,
            in_doubt=in_doubt,
        )

    def get(self, jet_file_id: str) -> FileState:
        """
        Ask how far Jet is: GET /files/{jet_file_id}.

        :raises JetNotFound: Jet knows no such file
        """
        return FileState.read(self._gateway.get(f"/files/{wire.segment(jet_file_id)}"))

    def download_errors(self, error_url: str) -> Any:
        """
        Fetch all errors of a file: parsed where it is JSON, as `{sku: [messages]}` is; else the bytes.

        :raises JetError: no answer, or the address is no longer good
        """
        return self._gateway.download(error_url)
