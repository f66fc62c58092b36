"""The fixed colors of upload files' statuses, each with its word."""

from catalog.listings.models import UploadFile
from jetbridge.panel.display import Tone

Status = UploadFile.Status
FILE_TONES: dict[str, Tone] = {
    Status.BUILT: "grey",
    Status.UPLOADED: "grey",
    Status.ACKNOWLEDGED: "blue",
    Status.PROCESSING: "blue",
    Status.PROCESSED: "green",
    Status.ERRORS: "red",
    Status.NA: "dark",
}
