"""Find records by any of many words: the rough first cut behind "similar" lists, on either engine.

Uses the index tables that wagtail.search keeps. Their own search wants every word; here one is enough,
a rare word counts more than a common one, and a word in the title more than one below it.
"""

import re
import unicodedata
from functools import lru_cache

from django.contrib.contenttypes.models import ContentType
from django.db import connection
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


def candidates(queryset, words: list[str], *, limit: int = 40) -> list[tuple[int, float]]:
    """(pk, score) of the rows of `queryset` whose indexed text has any of `words`, best first.

    `queryset` is of an indexed model and says who may see what; `words` come from `words_of`, and match
    the beginnings of words. One query. Scores can only be compared within one answer.
    """
    if not words:
        return []
    search = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    allowed, allowed_params = queryset.order_by().values("pk").query.sql_with_params()
    content_type = ContentType.objects.get_for_model(queryset.model).pk
    with connection.cursor() as cursor:
        sql, params = search(words, content_type, allowed, allowed_params, limit)
        cursor.execute(sql, params)
        return [(int(pk), float(score)) for pk, score in cursor.fetchall()]


def _on_sqlite(words, content_type, allowed, allowed_params, limit):
    """FTS5's own bm25; the columns are autocomplete, body, title."""
    table = IndexEntry._meta.db_table
    match = "{title body} : (" + " OR ".join(_beginning(word, '"%s"', '"%s" *') for word in words) + ")"
    sql = f"""
        SELECT e.object_id, -bm25({table}_fts, 0.0, 1.0, {TITLE_WEIGHT}) AS score
        FROM {table}_fts JOIN {table} e ON e.id = {table}_fts.rowid
        WHERE {table}_fts MATCH %s AND e.content_type_id = %s AND CAST(e.object_id AS INTEGER) IN ({allowed})
        ORDER BY score DESC, e.id DESC LIMIT %s
    """  # noqa: S608 (only names of tables enter the text)
    return sql, [match, content_type, *allowed_params, limit]


def _on_postgresql(words, content_type, allowed, allowed_params, limit):
    """The sum of each word's rarity: ts_rank knows nothing of rarity and would unpack every long text."""
    table = IndexEntry._meta.db_table
    hits = " UNION ALL ".join(
        f"""(SELECT {number} AS word, object_id, title @@ q AS in_title
             FROM {table}, LATERAL (SELECT to_tsquery(%s) || CAST(%s AS tsquery) AS q) wanted
             WHERE content_type_id = %s AND (title @@ q OR body @@ q) LIMIT {TOO_COMMON})"""  # noqa: S608 (as above)
        for number in range(len(words))
    )
    sql = f"""
        WITH hits AS ({hits}),
        rarity AS (SELECT word, CASE WHEN count(*) >= {TOO_COMMON} THEN 0.01
                   ELSE ln(1 + (SELECT count(*) FROM {table} WHERE content_type_id = %s)::float / count(*)) END AS worth
                   FROM hits GROUP BY word),
        scores AS (SELECT object_id, sum(worth * CASE WHEN in_title THEN {TITLE_WEIGHT} ELSE 1.0 END) AS score
                   FROM hits JOIN rarity USING (word) GROUP BY object_id)
        SELECT object_id, score FROM scores WHERE CAST(object_id AS bigint) IN ({allowed})
        ORDER BY score DESC, CAST(object_id AS bigint) DESC LIMIT %s
    """  # noqa: S608 (as above)
    params: list = []
    for word in words:
        # the index holds words as PostgreSQL stems them, ours begin their relatives: either will do
        params += [f"'{word}'", _beginning(word, "'%s'", "'%s':*"), content_type]
    return sql, [*params, content_type, *allowed_params, limit]


def _beginning(word: str, whole: str, start: str) -> str:
    """Short words match whole, longer ones whatever begins with them. Words hold letters and digits only."""
    return start % stem(word) if len(word) >= 4 else whole % word
