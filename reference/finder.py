"""The three questions of the gateway finder: who are you, whom do you share with, what for."""

from dataclasses import dataclass, field

from reference.models import Provision

ANYONE = "anyone"

BODIES = {
    "council": "A council",
    "police": "The police",
    "fire": "A fire and rescue service",
    "nhs": "The NHS or another health provider",
    "school": "A school, college or nursery",
    "housing": "A housing association or other landlord",
    "voluntary": "A charity or community group",
    "company": "A company or care provider",
    "probation": "Probation, a prison or youth justice",
    "government": "A government department or national body",
    "board": "A safeguarding board or partnership",
    "research": "A university or researcher",
    ANYONE: "Someone else, or I am not sure",
}
PURPOSES = {
    "protect_child": "Protecting a child from harm",
    "help_child": "Helping a child or family early on",
    "education": "Schooling and special educational needs",
    "protect_adult": "Protecting an adult at risk",
    "domestic_abuse": "Domestic abuse",
    "crime": "Preventing crime, exploitation or anti-social behaviour",
    "offenders": "Managing people who have offended, including young people",
    "health_care": "Someone’s health and care",
    "housing": "Housing and homelessness",
    "fraud": "Finding fraud or error",
    "money": "Council tax, benefits and debt",
    "emergency": "Emergencies and fire safety",
    "services": "Joining up public services",
    "research": "Research, statistics and planning",
}

EXPRESS = (Provision.Kind.DUTY, Provision.Kind.POWER)
CHECKED = {Provision.Checked.YES: 2, Provision.Checked.PARTLY: 1, Provision.Checked.NO: 0}


@dataclass(frozen=True)
class Match:
    """A provision that fits the three answers; `why` says by what, in a sentence."""

    provision: Provision
    why: str


@dataclass(frozen=True)
class Found:
    """What fits: gateways, best first; and, apart from them, conditions, restrictions and exemptions to mind."""

    gateways: list[Match] = field(default_factory=list)
    barriers: list[Match] = field(default_factory=list)


def find(who: str, whom: str, purpose: str) -> Found:
    """Provisions for sharing by `who` with `whom` (keys of BODIES) for a `purpose` (a key of PURPOSES). One query.

    An answer that is no key finds nothing. What is no longer in force is left out.
    """
    if who not in BODIES or whom not in BODIES or purpose not in PURPOSES:
        return Found()
    fitting = [one for one in Provision.objects.in_force() if _fits(one, who, whom, purpose)]
    ranked = sorted(fitting, key=lambda one: (-_score(one, who, whom, purpose), one.law, one.provision))
    matches = [Match(one, _why(one, who, whom, purpose)) for one in ranked]
    return Found(
        [match for match in matches if match.provision.is_gateway()],
        [match for match in matches if not match.provision.is_gateway()],
    )


def _fits(one: Provision, who: str, whom: str, purpose: str) -> bool:
    return purpose in one.purposes and _takes(one.who, who) and _takes(one.whom, whom)


def _takes(keys: list[str], answer: str) -> bool:
    return bool(keys) and (answer == ANYONE or answer in keys or ANYONE in keys)


def _score(one: Provision, who: str, whom: str, purpose: str) -> int:
    """Closeness: made for the purpose, names these bodies, says in so many words that it lets share, is checked."""
    return (
        (6 if one.purposes[0] == purpose else 2)
        + (5 if one.kind in EXPRESS else 0)
        + (2 if who in one.who and who != ANYONE else 0)
        + (2 if whom in one.whom and whom != ANYONE else 0)
        - min(len(one.purposes) - 1, 3)
        + CHECKED[Provision.Checked(one.checked)]
    )


def _why(one: Provision, who: str, whom: str, purpose: str) -> str:
    """“It is listed for domestic abuse, from a council to the police.” Our list says so, not the law."""
    aim, sharer, receiver = _inside(PURPOSES[purpose]), _named(one.who, who), _named(one.whom, whom)
    if one.is_gateway():
        return f"It is listed for {aim}, from {sharer} to {receiver}."
    return f"It may apply to {sharer} when the aim is {aim}."


def _named(keys: list[str], answer: str) -> str:
    """The body a provision is listed for, of those a reader chose."""
    if answer != ANYONE and answer in keys:
        return _inside(BODIES[answer])
    return "any body" if ANYONE in keys else "certain bodies"


def _inside(label: str) -> str:
    """A label in the middle of a sentence: “The NHS” → “the NHS”."""
    return label[0].lower() + label[1:]
