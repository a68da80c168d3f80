/** WalkOrigin: where a slider is from, and whether it moves the picture before or behind truncation. */

import type { WalkSummary } from "../protocol/wire";
import { findModel } from "../state/catalog";
import { sayOrigin } from "../state/walk_origin";
import { useApp, usePicture } from "./app";
import styles from "./WalkTruth.module.css";

export function WalkOrigin({ walk }: { readonly walk: WalkSummary }) {
  const { catalog } = useApp();
  const picture = usePicture();
  if (!picture) return null;
  const titleOf = (model: string) => findModel(catalog.getState(), model)?.title ?? model;
  return sayOrigin(walk, picture, titleOf).map((sentence) => (
    <p key={sentence} className={styles.lack}>
      {sentence}
    </p>
  ));
}
