"""How long names of people at events are kept, and why. The worker erases by it; what pages promise says the same."""

import datetime as dt

A_YEAR = dt.timedelta(days=365)

# After the event, what people need to eat and to take part: until kitchen and venue have sent their bills.
NEEDS = dt.timedelta(days=30)

# After the event, what a guest told us: so long they can answer what they made of it and make their certificate.
GUESTS = A_YEAR

# After the event, who asked what in its sessions: by then what was not answered is in the forum, without names.
QUESTIONS = A_YEAR

# After it was made, whose a certificate is: so long employers and professional bodies ask for proof of learning.
CERTIFICATES = 3 * A_YEAR
