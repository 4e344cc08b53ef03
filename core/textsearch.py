"""Find records by any of many words: the rough first cut behind "similar" lists, on either engine.

Uses the index tables that wagtail.search keeps. Their own search wants every word; here one is enough,
a rare word counts more than a common one, and a word in the title more than one below it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import QuerySet
from wagtail.search.models import IndexEntry

MOST_WORDS = 12
TITLE_WEIGHT = 3.0
# PostgreSQL: a word in more entries than this tells nothing apart, and would cost a scan.
TOO_COMMON = 1500

STOP_WORDS = frozenset(
    """
    a about actually after again all already also am an and any anyone anyway are as ask asked asking at be because
    been before being but by can cannot could did do does doing done don down each else ever every few first for found
    from get give given go going got had has have having he her here him his how i if in into is isn it its just keep
    know let like lots made make many may me more most much must my need never no not now nobody of off on once one
    only or other our ours out over own said same say see several shall she should so some someone still stop such
    take tell than that the their them then there these they thing this those through to told too two under until up
    us use using want was way we well were what when where whether which while who whose why will with without would
    yes yet you your
    """.split()  # noqa: SIM905 (170 quoted words read worse)
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_ENDINGS = tuple("ations ation ments ment ings ing ies ied ers ed er es ly e s y".split())  # noqa: SIM905


def words_of(text: str) -> list[str]:
    """The telling words of a text, in small letters without accents, each stem once; at most MOST_WORDS.

    Words that any English sentence may have are left out.
    """
    telling: dict[str, str] = {}
    for word in _words(text[:2000]):
        telling.setdefault(stem(word), word)
    return list(telling.values())[:MOST_WORDS]


def stems_of(text: str) -> set[str]:
    """The stems of all telling words of a text."""
    return {stem(word) for word in _words(text)}


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    found = (word.replace("’", "'").split("'")[0] for word in _WORD.findall(plain))
    return [word for word in found if len(word) > 1 and word not in STOP_WORDS]


# Two words that are one to a stemmer, and central here.
_WHOLE = frozenset({"police", "policy"})


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    """An English word without its ending, four letters or more: a beginning of the word, and of its relatives."""
    if word in _WHOLE:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            # "controller", "planned": the doubled letter goes with the ending
            return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word
    return word


@dataclass(frozen=True)
class Among:
    """Where to look: the entries of one `kind` (content type) whose record is one that `sql` gives the keys of.

    `sql` is a queryset's own, with its `params`: it says who may see what. `many`: there may be very many
    matches, so on PostgreSQL only the newest are looked at closely.
    """

    kind: int
    sql: str
    params: tuple
    many: bool = False

    @classmethod
    def of(cls, queryset: QuerySet, *, many: bool = False) -> "Among":
        """The rows of a queryset of an indexed model."""
        sql, params = queryset.order_by().values("pk").query.sql_with_params()
        return cls(ContentType.objects.get_for_model(queryset.model).pk, sql, params, many)

    @property
    def allowed(self) -> str:
        return f"CAST(e.object_id AS bigint) IN ({self.sql})"

    @property
    def condition(self) -> str:
        return f"(e.content_type_id = {self.kind} AND {self.allowed})"


def one_of(places: Sequence[Among]) -> tuple[str, list]:
    """The SQL of: an entry `e` of one of these places; with its parameters."""
    kinds = ", ".join(str(place.kind) for place in places)
    conditions = " OR ".join(place.condition for place in places)
    return f"e.content_type_id IN ({kinds}) AND ({conditions})", [each for place in places for each in place.params]


def candidates(queryset, words: list[str], *, limit: int = 40) -> list[tuple[int, float]]:
    """(pk, score) of the rows of `queryset` whose indexed text has any of `words`, best first.

    `queryset` is of an indexed model and says who may see what; `words` come from `words_of`, and match
    the beginnings of words. One query. Scores can only be compared within one answer.
    """
    return with_any([Among.of(queryset)], words, limit=limit)[0] if words else []


def with_any(places: Sequence[Among], words: list[str], *, limit: int = 40) -> list[list[tuple[int, float]]]:
    """As `candidates`, for each of some places; at most `limit` of each. One query, and one for each with `many`."""
    found: dict[int, list[tuple[int, float]]] = {place.kind: [] for place in places}
    if connection.vendor == "postgresql":
        # apart from those with many: of a common word only so many entries are looked at, and they would be theirs
        groups = [[place for place in places if not place.many], *([place] for place in places if place.many)]
        statements = [_on_postgresql(group, words, limit) for group in groups if group]
    else:
        each = [_on_sqlite(place, words, limit) for place in places]
        sql = " UNION ALL ".join(f"SELECT * FROM ({one}) AS place_{n}" for n, (one, _) in enumerate(each))  # noqa: S608
        statements = [(sql, [param for _, params in each for param in params])]
    for sql, params in statements if words else []:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            for kind, pk, score in cursor.fetchall():
                found[kind].append((int(pk), float(score)))
    return [found[place.kind] for place in places]


def _on_sqlite(place: Among, words: list[str], limit: int) -> tuple[str, list]:
    """FTS5's own bm25; the columns are autocomplete, body, title."""
    table = IndexEntry._meta.db_table
    match = "{title body} : (" + " OR ".join(_beginning(word, '"%s"', '"%s" *') for word in words) + ")"
    sql = f"""
        SELECT e.content_type_id, e.object_id, -bm25({table}_fts, 0.0, 1.0, {TITLE_WEIGHT}) AS score
        FROM {table}_fts JOIN {table} e ON e.id = {table}_fts.rowid
        WHERE {table}_fts MATCH %s AND {place.condition}
        ORDER BY score DESC, e.id DESC LIMIT {int(limit)}
    """  # noqa: S608 (only names of tables, and a queryset's own SQL, enter the text)
    return sql, [match, *place.params]


def _on_postgresql(places: Sequence[Among], words: list[str], limit: int) -> tuple[str, list]:
    """The sum of each word's rarity: ts_rank knows nothing of rarity and would unpack every long text."""
    table = IndexEntry._meta.db_table
    kinds = ", ".join(str(place.kind) for place in places)
    allowed, allowed_params = one_of(places)
    hits = " UNION ALL ".join(
        f"""(SELECT {number} AS word, content_type_id, object_id, title @@ q AS in_title
             FROM {table}, LATERAL (SELECT to_tsquery(%s) || CAST(%s AS tsquery) AS q) wanted
             WHERE content_type_id IN ({kinds}) AND (title @@ q OR body @@ q) LIMIT {TOO_COMMON})"""  # noqa: S608
        for number in range(len(words))
    )
    all_of_them = f"(SELECT count(*) FROM {table} WHERE content_type_id IN ({kinds}))::float"  # noqa: S608
    sql = f"""
        WITH hits AS ({hits}),
        rarity AS (SELECT word, CASE WHEN count(*) >= {TOO_COMMON} THEN 0.01
                   ELSE ln(1 + {all_of_them} / count(*)) END AS worth
                   FROM hits GROUP BY word),
        scores AS (SELECT content_type_id, object_id,
                   sum(worth * CASE WHEN in_title THEN {TITLE_WEIGHT} ELSE 1.0 END) AS score
                   FROM hits JOIN rarity USING (word) GROUP BY content_type_id, object_id)
        SELECT content_type_id, object_id, score FROM (
            SELECT e.*, row_number() OVER (
                PARTITION BY content_type_id ORDER BY score DESC, CAST(object_id AS bigint) DESC) AS place
            FROM scores e WHERE {allowed}
        ) AS placed WHERE place <= {int(limit)} ORDER BY place
    """  # noqa: S608 (as above)
    params: list = []
    for word in words:
        # the index holds words as PostgreSQL stems them, ours begin their relatives: either will do
        params += [f"'{word}'", _beginning(word, "'%s'", "'%s':*")]
    return sql, [*params, *allowed_params]


def _beginning(word: str, whole: str, start: str) -> str:
    """Short words match whole, longer ones whatever begins with them. Words hold letters and digits only."""
    return start % stem(word) if len(word) >= 4 else whole % word
