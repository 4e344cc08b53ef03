"""Varied, true-sounding words about sharing information: paragraphs and titles for the large data set.

A grammar: each sentence pattern has slots, each slot a list. The same seed gives the same words.
"""

import random
import re
from collections.abc import Iterator

WHO = (
    "a district council|the county's social care team|a housing association|a GP surgery|the hospital discharge team|"
    "a primary school|a sixth form college|the fire service|the neighbourhood policing team|a hospice|a food bank|"
    "a carers' charity|the probation service|a community health trust|the revenues team|an advice centre|"
    "the licensing team|a domestic abuse service|the ambulance service|a youth club|the public health team|"
    "a parish council|a mental health trust|the youth justice service"
).split("|")
DATA = (
    "a list of people who rely on powered equipment at home|the addresses of homes with a hoist|school attendance figures|"
    "the names of people on the waiting list|a tenant's new address|minutes of a case meeting|alarm users' contact details|"
    "the dates of missed appointments|council tax records|a register of premises with gas bottles|"
    "referral letters|the results of a needs assessment|a young person's plan|body-worn video|parking permit records|"
    "the reasons for a home visit|next-of-kin details|care plans|a spreadsheet of rent arrears|exclusion records|"
    "the outcome of a safeguarding enquiry|volunteers' driving checks|a list of empty homes|benefit award dates|"
    "births notifications|a log of antisocial behaviour|key safe numbers|the postcode of each client|interpreter needs"
).split("|")
PURPOSE = (
    "to check on people in a cold snap|to stop fraud|to plan home safety visits|to arrange a safe discharge|"
    "to find families who have moved|to keep a child safe|to prevent homelessness|to plan school places|"
    "to measure whether a project worked|to answer a complaint|to run a joint clinic|to plan winter clearance|"
    "to support carers|to look into a death|to tackle doorstep crime|to match two waiting lists|"
    "to tell people about a new service|to respond to a flood|to cut missed appointments|to plan bus routes|"
    "to review a contract|to prepare for an inspection|to set up a shared front door|to evict a cuckooing gang"
).split("|")
LAW = (
    "the public task basis|vital interests|recognised legitimate interest|section 115 of the Crime and Disorder Act|"
    "the Localism Act's general power|section 10 of the Children Act 2004|the Care Act's duty to cooperate|"
    "Schedule 1 of the Data Protection Act 2018|the Digital Economy Act's debt and fraud powers|"
    "the duty of confidence|Article 9's condition for social care|the Civil Contingencies Act|"
    "section 47 enquiries|the Housing Act's homelessness duties|part 3 of the Data Protection Act|the Fire Services Act"
).split("|")
STEP = (
    "write the purpose down in one sentence|ask your data protection officer before the first transfer|"
    "send only the columns they will use|agree who answers a subject access request|put a named role against each duty|"
    "try it with ten records first|tell people in the privacy notice|use the secure mailbox rather than an attachment|"
    "set a date to delete the file|ring the person who asked and check who they are|keep a note of what you refused and why|"
    "hold a short meeting of both teams|start from the template of a protocol that is live|"
    "check whether names are needed at all|ask what they would do without it|record the decision the same day|"
    "do the impact assessment together|agree what happens if the file goes astray|"
    "let the Caldicott Guardian see the draft|add a line to the induction pack|count how often it is used|"
    "match on the property reference and not on the name|give each side one contact|review it after six months|"
    "explain it at the team meeting|keep the free text boxes out|ask the people it is about"
).split("|")
CAUTION = (
    "consent is rarely the right basis for a public body|an old protocol may name a body that has gone|"
    "a password in the next e-mail protects nothing|people change address faster than files do|"
    "“everyone does it” is not a power|a request from the police is a request and not an order|"
    "the smallest partner often carries the biggest worry|two systems may spell one street in five ways|"
    "staff stop reading after the second page|an anonymous table with small numbers can still name someone|"
    "nobody owned the inbox in August|the supplier may be a processor and need a contract|"
    "a spreadsheet copied twice is three spreadsheets|the law lets you share but does not make you|"
    "good news about sharing seldom gets written down|retention is where most agreements are silent|"
    "the person may see every word you write|health details need a second condition"
).split("|")
OUTCOME = (
    "It took three weeks instead of three months|The first file went on a Monday and nothing broke|"
    "We have had one complaint in two years|Half of the questions were about who to ring|The visits doubled|"
    "Our chief officer now opens meetings with it|It saved a day a month of retyping|The form went from nine pages to two|"
    "We found forty records that should have been deleted|The crews asked for more of the same|"
    "Families told us once and not four times|The auditors were content|Two partners copied it without asking, which we took as praise|"
    "We stopped a payment that should never have started|People felt safer saying what they did not know"
).split("|")
OPENERS = (
    "We have been asked by {who} for {data}, {purpose}.|{Who} would like {data} from us {purpose}.|"
    "Our team holds {data} and {who} could use it {purpose}.|Last month {who} sent us {data} without a covering note.|"
    "A colleague wants to give {data} to {who} {purpose}, and I am not sure we may.|"
    "There is an agreement with {who}, but it says nothing about {data}.|We inherited {data} from a team that has closed, and {who} is asking for it.|"
    "For years {who} and we have swapped {data} {purpose}, with nothing written down.|"
    "In a joint meeting {who} asked each of us for {data}."
).split("|")
POINTS = (
    "We looked at {law} and thought it would do {purpose}.|In our case {law} was enough for {data}.|"
    "I would not lean on {law} for {data} without advice.|{Law} fits if {who} really needs it {purpose}.|"
    "Our adviser pointed us to {law}, and then asked what we would lose by sending less.|"
    "Whether {law} covers {data} depends on what {who} will do next.|"
    "For {who}, {law} is the usual route; for us it is not.|Start with {law}, and read what it does not allow."
).split("|")
ADVICE = (
    "What helped was to {step} and to {step2}.|My advice: {step}, then {step2}.|If you do one thing, {step}.|"
    "Before you send {data}, {step}.|We now {step} every time, and once a quarter we {step2}.|"
    "Ask {who} to {step}; it changes the conversation.|Someone has to {step}, or nobody will.|"
    "It is worth a phone call to {who} to agree that you will {step}."
).split("|")
WARNINGS = (
    "Remember that {caution}.|We learned that {caution}.|The catch is that {caution}.|One thing to watch: {caution}.|"
    "I keep telling new starters that {caution}.|With {data} it is easy to forget that {caution}."
).split("|")
CLOSERS = (
    "{outcome}.|{outcome}, and {who} noticed.|Happy to show what we use.|Has anyone done this with {who}?|"
    "I can send our wording if that helps.|{outcome} once we began to {step}.|Does that match what others see?|"
    "If it goes wrong, say so early; {who} will have seen worse."
).split("|")
TITLES = (
    "May we give {data} to {who} {purpose}?|{Who} asks for {data}: which basis do we use?|"
    "Sharing {data} with {who}: who has a protocol?|How long should we keep {data} from {who}?|"
    "Do we need an impact assessment before {who} gets {data}?|Is {law} enough {purpose}?|"
    "{Who} will not send {data}. What did you try?|What do you tell people when {data} goes to {who}?|"
    "Who answers a request for {data} that came from {who}?|Has anyone used {law} with {who}?|"
    "Our agreement with {who} leaves out {data}|A short form for {data}, used {purpose}"
).split("|")
SLOTS = {
    "who": WHO, "data": DATA, "purpose": PURPOSE, "law": LAW, "step": STEP, "step2": STEP, "caution": CAUTION,
    "outcome": OUTCOME,
}  # fmt: skip
SEED = 2004


def paragraphs(count: int) -> list[str]:
    """`count` different paragraphs of four or five sentences each."""
    dice, found = random.Random(SEED), {}
    while len(found) < count:
        parts = [dice.choice(patterns) for patterns in (OPENERS, POINTS, ADVICE, WARNINGS, CLOSERS)]
        if dice.random() < 0.4:
            del parts[dice.randrange(5)]
        found[" ".join(_fill(pattern, dice) for pattern in parts)] = None
    return list(found)


def titles() -> Iterator[str]:
    """Different titles of at most 140 letters, without end."""
    dice, found = random.Random(SEED + 1), set()
    while True:
        title = _fill(dice.choice(TITLES), dice)
        if len(title) <= 140 and title not in found:
            found.add(title)
            yield title


def _fill(pattern: str, dice: random.Random) -> str:
    """The pattern with words in its slots; a slot with a capital begins a sentence."""

    def word(match: re.Match) -> str:
        chosen = dice.choice(SLOTS[match[1].lower()])
        return chosen[0].upper() + chosen[1:] if match[1][0].isupper() else chosen

    return re.sub(r"{(\w+)}", word, pattern)
