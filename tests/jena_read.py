"""Apache Jena as a reader of RDF, for tests: python tests/jena_read.py FILE writes the file as N-Quads."""

import sys

import jpype
from jena_server import dataset, start


def main(file: str) -> None:
    start()
    out = jpype.JClass("java.io.ByteArrayOutputStream")()
    language = jpype.JClass("org.apache.jena.riot.Lang").NQUADS
    jpype.JClass("org.apache.jena.riot.RDFDataMgr").write(out, dataset([file]), language)
    sys.stdout.buffer.write(bytes(out.toByteArray()))


if __name__ == "__main__":
    main(sys.argv[1])
