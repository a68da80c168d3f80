"""Behind: codes in w that were found in one model and are asked of another with the same synthesis network.

Between the two lies the mapping alone, from z to w: of a w the other would draw the very same picture, and
what was customised would have no part in it.
"""

from wend.errors import CodeBehindMapping
from wend.library.codes import StoredCode
from wend.library.kinship import Kinship
from wend.library.models import ModelStore
from wend.pictures.recent import Recent

KEPT = 64


class Behind:
    """Tells such codes from those of a model itself, and of one with another synthesis network."""

    def __init__(self, store: ModelStore) -> None:
        self._store = store
        self._kinship = Kinship(store)
        self._found: Recent[tuple[str, str], str] = Recent(KEPT)

    def check(self, model_id: str, code: StoredCode) -> None:
        """Raises: CodeBehindMapping; ModelNotFound, CardInvalid."""
        own = self._store.get(model_id)
        if code.space == "z" or code.generator_hash in ("", own.card.hash):
            return

        def find() -> str:
            """The model that it was found in, where both share their synthesis network; else ''."""
            for other in self._store.list().models:
                if other.card.hash == code.generator_hash:
                    return other.card.id if self._kinship.between(own, other).has_one_synthesis else ""
            return ""

        parent = self._found.get((own.card.hash, code.generator_hash), find)
        if parent:
            raise CodeBehindMapping(code.space, parent, model_id)
