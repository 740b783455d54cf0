"""What the command line prints, and how it refuses."""

from pathlib import Path

import pytest


def test_a_table_shows_labels_sources_and_the_number_of_rows(aalco) -> None:
    ran = aalco("query", "item-origin")
    assert ran.code == 0
    assert ran.err == ""
    for words in ("Tehran", "2014", "China", "agenda item page", "1 row"):
        assert words in ran.out
    assert "https://" not in ran.out


def test_csv_and_json_are_standard_results(aalco) -> None:
    ran = aalco("query", "item-origin", "--format", "csv")
    assert ran.out.splitlines()[0] == "session,city,country,year,proposer,source,sources"
    assert aalco("query", "item-origin", "--format", "json").out.startswith('{"head":{"vars":["session"')


def test_an_ad_hoc_query_needs_no_prefixes(aalco) -> None:
    ran = aalco("sparql", "SELECT ?n { ?s a aalco:AnnualSession ; aalco:number ?n FILTER(?n = 53) }", "--format", "csv")
    assert (ran.code, ran.out) == (0, "n\r\n53\r\n")


def test_a_query_can_come_from_a_file(aalco, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text("ASK { ?s a aalco:AnnualSession }", encoding="utf-8")
    assert aalco("sparql", path).out == "yes\n"


def test_why_tells_the_words_and_the_source(aalco) -> None:
    ran = aalco("why", "session/53", "heldIn")
    assert ran.code == 0
    assert "Held in: Tehran [1]" in ran.out
    assert "Tehran, Iran, in 2014”" in ran.out
    assert "paragraph 1" in ran.out


def test_why_tells_disputes_and_gaps(aalco) -> None:
    ran = aalco("why", "meeting/oewg-2")
    assert "Where sources differ:" in ran.out
    assert "Nairobi" in ran.out
    assert "What is not known:" in ran.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["query", "sesions"], 2, "No query is called 'sesions'. Did you mean session"),
        (["query", "sessions", "--ordinal", "5"], 2, "sessions has no parameter 'ordinal'. It takes no parameters."),
        (["query", "topics-of-session"], 2, "topics-of-session needs --ordinal"),
        (["query", "topics-of-session", "--ordinal", "x"], 2, "--ordinal takes a whole number, not 'x'."),
        (["query", "topics-of-session", "--ordinal"], 2, "--ordinal has no value."),
        (["query", "topics-of-session", "58"], 2, "'58' stands alone."),
        (["query", "members-on", "--day", "2016-02-30"], 2, "--day takes a day, not '2016-02-30'."),
        (["query", "positions", "--state", "Chna"], 2, "There is no state called 'Chna'. The nearest: state/cn"),
        (["query", "sessions", "--format", "turtle"], 2, "Rows cannot be written as turtle."),
        (["sparql", "SELECT ?x { ?x }"], 2, "Not SPARQL: error at 1:"),
        (["sparql", "INSERT DATA { <a:a> <a:b> 1 }"], 2, "Not SPARQL:"),
        (["sparql", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"], 2, "The query cannot be answered"),
        (["sparql", "nowhere.rq"], 2, "There is no file nowhere.rq."),
        (["why", "session/530"], 2, "There is no thing called 'session/530'."),
        (["why", "session/53", "heldAt"], 2, "There is no property called 'heldAt'. The nearest: aalco:heldIn"),
        (["query", "sessions", "--endpoint", "nowhere"], 2, "'nowhere' is not the address of an endpoint."),
        (["query", "sessions", "--endpoint", "http://127.0.0.1:1/"], 1, "http://127.0.0.1:1/ cannot be reached"),
        (["site", "out", "--base", "example.org"], 2, "'example.org' is not where a site can be published."),
        (["new", "sesion", "64"], 2, "No kind of record is called 'sesion'."),
        (["new", "session", "x"], 2, "'x' is not the number of a session."),
        (["new", "session", "53"], 2, "session/53 has a record already."),
        (["new", "session", "64", "--town", "Nairobi"], 2, "A new session has no option --town."),
        (["new", "session", "64", "--start", "2026-13"], 2, "--start takes a date that exists, not '2026-13'."),
    ],
)
def test_bad_use_is_refused_in_words(aalco, arguments: list[str], code: int, message: str) -> None:
    ran = aalco(*arguments)
    assert ran.out == ""
    assert ran.err.startswith(f"aalco: {message}")
    assert ran.code == code
    assert "Traceback" not in ran.err
    assert ran.err.count("\n") == 1


def test_every_command_has_help(aalco) -> None:
    listed = aalco("--help").out
    asking = ("query", "queries", "sparql", "why")
    curating = ("check", "fmt", "new")
    for command in (*asking, *curating, "build", "serve", "site", "mcp", "load", "diff", "shards", "survey"):
        assert command in listed
        assert len(aalco(command, "--help").out.splitlines()) > 5


def test_queries_lists_each_with_its_question(aalco) -> None:
    out = aalco("queries").out
    assert "item-origin: Where, when and by whom" in out
    assert "    --ordinal  number of the session, such as 58" in out
