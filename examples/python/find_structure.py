"""Looks a structure up in Chorus Pro, by its SIRET."""

import json
import sys

from piste_client import PisteError, from_environment


def main(siret):
    piste = from_environment()
    query = {"structure": {"identifiantStructure": siret, "typeIdentifiantStructure": "SIRET"}}
    try:
        answer = piste.post("/cpro/structures/v1/rechercher", query)
    except PisteError as error:
        sys.exit(str(error))
    print(json.dumps(answer, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python find_structure.py SIRET")
    main(sys.argv[1])
