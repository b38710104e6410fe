from hecha.edges.cli.main import run

run()
