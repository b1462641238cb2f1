"""The errors a person can cause, each one sentence that says what, where and what to do."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can mend.

    ``what`` was wrong, ``where`` (file, line, field; may be empty), ``remedy`` (what to do; may be empty).
    ``str(error)`` is the one sentence shown on a terminal.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(what, where, remedy)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" {_ended(self.remedy[0].upper() + self.remedy[1:])}" if self.remedy else ""
        return f"{place}{_ended(self.what)}{remedy}"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."


class WrongUseError(UserError):
    """What a person wrote cannot be taken as it stands, before anything was done: a value that is none of those there are, a name that
    stands for nothing, or options that exclude or lack each other. A command ends with exit code 2, as for an unknown option.
    """


class BankError(UserError):
    """The bank cannot be used as asked: not SQLite, too new, damaged, locked, read-only, or the disk is full."""


class NoBankError(BankError, WrongUseError):
    """There is no bank where one was named."""


class ConflictError(BankError):
    """Somebody else changed the bank since it was read (optimistic locking)."""


class EndpointError(UserError):
    """The model endpoint failed; ``status`` is the HTTP status (0 when there was no answer)."""

    def __init__(self, what: str, where: str = "", remedy: str = "", status: int = 0) -> None:
        super().__init__(what, where, remedy)
        self.status = status


class AnswerError(EndpointError):
    """The endpoint works and its model answered, but the answer was of no use, also when it was asked again."""
