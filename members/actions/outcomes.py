"""What came of each of many rows that one act was done to."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from members.models import Member, Organisation

Row = TypeVar("Row", Member, Organisation)


@dataclass(frozen=True)
class Outcome(Generic[Row]):
    """What came of one of many: `refusal` says in plain words why not, and is empty when it is done."""

    row: Row
    refusal: str = ""
