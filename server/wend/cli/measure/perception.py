"""`wend measure perception`: how well a set of networks sees, on pictures it was not trained on."""

import os
from typing import Annotated

import typer

from wend.cli.measure.answer import AsJson, DataOption, Quick, print_answer, use_device, watch
from wend.settings import Settings

# Far from the seeds of training pictures.
SEED = 990_001


def measure_perception(
    name: Annotated[str | None, typer.Argument(help="id of a perception set [default: of portraits]")] = None,
    as_json: AsJson = False,
    quick: Quick = False,
    world_name: Annotated[
        str | None, typer.Option("--world", help="whose pictures are looked at [default: the set's own]")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="of the held-out pictures")] = SEED,
    data: DataOption = None,
) -> None:
    """What the networks of a set say of 2 000 held-out pictures at 128 px, held against the truth.

    R2 of every factor over the pictures that show it (12 px of its part or more); areas under the ROC
    curve of choices on balanced pictures; IoU of labels; F-score of lines at 1 px; how often the distance
    puts a change of 1 sd above one of 0.25 sd of another factor. The same blurred, noisy, and at 64 px.
    Under `together`, what sets values (the eye) and what judges them (the jury), each of several networks.
    A set of your own may have some of the roles: for the others those of the world are measured, and
    `measured` says whose each figure is. What a network tells and the world has not is left out.
    """
    from wend.errors import InvalidInput, PerceptionNotFound
    from wend.library.perception import PerceptionStore
    from wend.library.seeing import set_seeing
    from wend.measure.perception import Networks
    from wend.measure.perception_truth import QUICK, Sizes
    from wend.measure.perception_truth import measure_perception as measure
    from wend.perception.network import Role
    from wend.perception.trust import Trust
    from wend.worlds.registry import open_world

    settings = Settings.load(os.environ, {"data_dir": data})
    device, threads = use_device(settings)
    store = PerceptionStore(settings.perception_roots, Trust.of(settings))
    found = store.for_world("portraits") if name is None else store.get(name)
    set_id, world = found.card.id, world_name or found.card.world
    if world is None:
        raise InvalidInput(
            f"The card of {set_id} names no world: say whose pictures it sees, --world portraits."
        )
    roles: tuple[Role, ...] = ("factors", "labels", "lines", "features")
    if not any(found.of_role(role) for role in roles):
        raise PerceptionNotFound(set_id, " or ".join(roles))
    ids = {role: (found if found.of_role(role) else set_seeing(store, world, role)).card.id for role in roles}
    count, factors = len(store.get(ids["factors"]).of_role("factors")), ids["factors"]
    networks = Networks(
        [store.factors(factors, device, i) for i in range(count)],
        store.labels(ids["labels"], device),
        store.lines(ids["lines"], device),
        {"eye": store.eye(factors, device), "jury": store.jury(factors, device)} if count > 1 else {},
    )
    sizes = QUICK if quick else Sizes()
    work = measure(networks, store.features(ids["features"], device), open_world(world), sizes, seed)
    truth = watch(work, sizes.slices(), set_id)
    made_with = {
        "model": set_id, "measured": ids, "world": world, "device": str(device), "threads": threads,
        "seed": seed,
    }  # fmt: skip
    print_answer({**truth.as_dict(), **made_with}, as_json)
