/** MapLocks: what locked sliders leave of the two that the map lies along, said at the map. */

import { Icon } from "../controls/icons";
import type { WalkSummary } from "../protocol/wire";
import type { MapAxes } from "../state/latent_map";
import { sayMapLocks } from "../state/overlaps";
import { useApp, useObservable, usePicture } from "./app";
import styles from "./MapPanel.module.css";
import { useToggleLock } from "./WalkLock";

export interface MapLocksProps {
  readonly walks: readonly WalkSummary[];
  readonly axes: MapAxes;
}

/** Each lock can be let go of here, too. */
export function MapLocks({ walks, axes }: MapLocksProps) {
  const { overlaps } = useApp();
  const found = useObservable(overlaps.found);
  const edits = usePicture()?.edits.filter(({ is_locked }) => is_locked) ?? [];
  const locked = walks.filter(({ id }) => edits.some(({ walk }) => walk === id));
  if (locked.length === 0) return null;
  return (
    <div className={styles.locks}>
      <ul aria-label="Locked sliders">
        {locked.map((walk) => (
          <Lock key={walk.id} walk={walk} />
        ))}
      </ul>
      <p role="status">{sayMapLocks(locked, axes, found, walks).join(" ")}</p>
    </div>
  );
}

function Lock({ walk }: { readonly walk: WalkSummary }) {
  const toggle = useToggleLock(walk);
  return (
    <li>
      <button
        type="button"
        title="Locked. Press to let go."
        aria-label={`Unlock ${walk.title}`}
        onClick={toggle}
      >
        <Icon name="lock" />
        <span>{walk.title}</span>
      </button>
    </li>
  );
}
