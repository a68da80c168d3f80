/** Kin: the relatives of models, as the server tells them, asked for once until the list of models changes. */

import { WendProblem } from "../protocol/http";
import type { KinClient } from "../protocol/kin";
import type { KinList, KinSummary, ModelSummary } from "../protocol/wire";
import type { CatalogStore } from "./catalog";
import { Observable } from "./observable";

export class Kin {
  /** By model; missing until somebody asked. */
  readonly all = new Observable<ReadonlyMap<string, KinList>>(new Map());
  private readonly asked = new Map<string, Promise<KinList | null>>();

  constructor(
    private readonly client: KinClient,
    private readonly catalog: CatalogStore,
  ) {
    catalog.subscribe(({ models }, before) => {
      if (models !== before.models) this.asked.clear();
    });
  }

  /** A model's relatives; null: the server did not tell. */
  learn(model: string): Promise<KinList | null> {
    const known = this.asked.get(model);
    if (known) return known;
    const answer: Promise<KinList | null> = this.client.of(model).then(
      (list) => {
        // Asked for before the list of models changed, it may come after a newer one.
        if (this.asked.get(model) === answer) this.all.set(new Map([...this.all.get(), [model, list]]));
        return list;
      },
      (error: unknown) => {
        if (this.asked.get(model) === answer) this.asked.delete(model);
        if (error instanceof WendProblem) return null;
        throw error;
      },
    );
    this.asked.set(model, answer);
    return answer;
  }

  /** What another model is to one; null for those that cannot be more than strangers, and where nobody told. */
  async between(own: ModelSummary, other: ModelSummary): Promise<KinSummary | null> {
    if (!couldBeKin(own, other)) return null;
    const list = await this.learn(own.id);
    return list?.kin.find(({ model }) => model === other.id) ?? null;
  }

  /** Brings the sliders of another model that a model lacks, where both have one synthesis network. */
  async takeWalks(model: string, other: string): Promise<void> {
    try {
      await this.client.takeWalks(model, other);
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
    }
  }

  /** Those of the catalog that were made of a model and draw as it does. */
  childrenOf(model: string): readonly ModelSummary[] {
    const kin = this.all.get().get(model)?.kin ?? [];
    const children = kin.filter(
      ({ relation, has_one_synthesis }) => relation === "child" && has_one_synthesis,
    );
    const { models } = this.catalog.getState();
    return children.flatMap(({ model: id }) => models.find((each) => each.id === id) ?? []);
  }
}

/** Of other shapes they are strangers, whatever their weights: nobody has to read those. */
function couldBeKin(one: ModelSummary, other: ModelSummary): boolean {
  return (
    one.kind === other.kind &&
    one.resolution === other.resolution &&
    one.num_ws === other.num_ws &&
    one.w_dim === other.w_dim &&
    one.classes.length === other.classes.length
  );
}
