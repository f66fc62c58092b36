"""What can go wrong between us and Jet: the errors of any call under the names that are caught here."""

from jetapi.http import errors

JetError = errors.CallError
JetInvalidRequest = errors.InvalidCall
JetForbiddenAddress = errors.ForbiddenAddress
JetConnectionError = errors.NoAnswer
JetUnavailable = errors.HeldBack
JetResponseError = errors.ResponseError
JetAuthError = errors.AuthError
JetRejected = errors.Refused
JetNotFound = errors.NotFound
JetThrottled = errors.Throttled
JetServerError = errors.ServerError
JetUnreadable = errors.Unreadable
