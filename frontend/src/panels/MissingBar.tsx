/** MissingBar: what the picture names and this server has not got, and what may take its place. */

import { Button } from "@mantine/core";
import { useShallow } from "zustand/react/shallow";
import { findMissing, type Missing, withModel, withNearest } from "../state/missing";
import { regionWalks } from "../state/regions";
import { useApp, useCatalog, useObservable, usePicture } from "./app";
import styles from "./MissingBar.module.css";

export function useMissing(): Missing | null {
  const picture = usePicture();
  const catalog = useCatalog(useShallow((state) => state));
  const found = useObservable(useApp().regions.all);
  return findMissing(picture, catalog, regionWalks(found));
}

export function MissingBar() {
  const missing = useMissing();
  return (
    <div className={styles.room} role="status">
      {missing && <Bar missing={missing} />}
    </div>
  );
}

function Bar({ missing }: { readonly missing: Missing }) {
  const { editor, modelDesk } = useApp();
  if (missing.kind === "model") {
    const { id, nearest } = missing;
    return (
      <div className={styles.bar} data-missing="model">
        <p>
          <strong>The model “{id}” is not on this server.</strong> The document stays as it is until you
          choose another.
        </p>
        {nearest && (
          <Button onClick={() => void modelDesk.replace(id, nearest, withModel(nearest))}>
            Use {nearest.title}
          </Button>
        )}
      </div>
    );
  }
  const { ids, nearest } = missing;
  const names = ids.slice(0, 3).join(", ") + (ids.length > 3 ? ` and ${ids.length - 3} more` : "");
  const isWhole = nearest.size === ids.length;
  return (
    <div className={styles.bar} data-missing="walks">
      <p>
        <strong>
          {ids.length === 1 ? "A slider" : `${ids.length} sliders`} of this picture{" "}
          {ids.length === 1 ? "is" : "are"} not on this server:
        </strong>{" "}
        {names}.
      </p>
      {nearest.size > 0 && (
        <Button onClick={() => editor.commit("Nearest sliders", withNearest(missing))}>
          {isWhole ? "Use the nearest" : "Use the nearest, leave out the rest"}
        </Button>
      )}
      {nearest.size < ids.length && nearest.size === 0 && (
        <Button onClick={() => editor.commit("Without missing sliders", withNearest(missing))}>
          Leave {ids.length === 1 ? "it" : "them"} out
        </Button>
      )}
    </div>
  );
}
