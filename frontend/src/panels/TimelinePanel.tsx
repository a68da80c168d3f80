/** TimelinePanel: the timeline in the drawer: the strip, the chosen keyframe under it, and a pane beside it. */

import { Button } from "@mantine/core";
import { Icon } from "../controls/icons";
import { printKey } from "../state/keys";
import { useApp, useCommand, usePicture, useTimeline, useTimelineView } from "./app";
import { OpenButton } from "./DocumentFile";
import { carriesPicture, droppedPicture } from "./dragged_picture";
import { ExportPane } from "./ExportPane";
import { KeyframeBar } from "./KeyframeBar";
import { SoundPane } from "./SoundPane";
import styles from "./TimelinePanel.module.css";
import { TimelineStrip } from "./TimelineStrip";

export function TimelinePanel() {
  const timeline = useTimeline();
  const pane = useTimelineView((state) => state.pane);
  return (
    <div className={styles.body}>
      {timeline === null ? (
        <Empty />
      ) : (
        <div className={styles.main}>
          <TimelineStrip timeline={timeline} />
          <KeyframeBar timeline={timeline} />
        </div>
      )}
      {pane === "export" && timeline && <ExportPane timeline={timeline} />}
      {pane === "sound" && <SoundPane timeline={timeline} />}
    </div>
  );
}

/** What a keyframe is, and how the first one is made. */
function Empty() {
  const { timelineDesk, isMac } = useApp();
  const picture = usePicture();
  const [add, mayAdd] = useCommand("add-keyframe");
  return (
    <section
      className={styles.empty}
      aria-label="Empty timeline"
      onDragOver={(event) => carriesPicture(event) && event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const dropped = droppedPicture(event);
        if (dropped && picture) timelineDesk.put([dropped], null);
      }}
    >
      <h3>Make it move</h3>
      <p>
        Keep this picture as a keyframe, change it (another seed, a slider), keep it again, and play:
        everything between is drawn for you. Seeds can be dragged here as well.
      </p>
      <div className={styles.ways}>
        <Button
          variant="filled"
          disabled={!mayAdd}
          leftSection={<Icon name="plus" />}
          title={`${add.label}  ·  ${printKey(add.keys[0] ?? "", isMac)}`}
          onClick={add.run}
        >
          Add this picture
        </Button>
        <OpenButton>Open a document</OpenButton>
      </div>
    </section>
  );
}
