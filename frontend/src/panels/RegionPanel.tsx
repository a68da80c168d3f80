/** RegionPanel: the picture's painted regions, and the sliders that were found for the one in hand. */

import { IconButton } from "../controls/IconButton";
import { useApp, useMaskView, useObservable, usePicture } from "./app";
import { CommandButton } from "./CommandButton";
import { BringMask, MaskList } from "./MaskList";
import styles from "./RegionPanel.module.css";

export function RegionPanel() {
  const { maskDesk, maskView } = useApp();
  const isMasking = useMaskView((state) => state.isMasking);
  const hasMasks = (usePicture()?.masks.length ?? 0) > 0;
  useObservable(maskDesk.changes);
  if (!isMasking && !hasMasks) return null;
  return (
    <section className={styles.panel} aria-label="Regions">
      <div className={styles.head}>
        <h2>Regions</h2>
        <span className={styles.tools}>
          <BringMask />
          <CommandButton id="new-mask" icon="plus" />
          {!isMasking && (
            <IconButton
              icon="brush"
              label="Paint"
              keys="M"
              onClick={() => maskView.setState({ isMasking: true })}
            />
          )}
        </span>
      </div>
      <MaskList />
      {maskDesk.isFitted && (
        <p className={styles.word}>This mask came in another size; it is fitted to the picture's pixels.</p>
      )}
    </section>
  );
}
