/** SoundPane: an audio file that the timeline follows: its beats for keyframes, its loudness for a slider. */

import { Button, SegmentedControl, Select } from "@mantine/core";
import { FileChooser } from "../controls/FileChooser";
import { IconButton } from "../controls/IconButton";
import { Icon } from "../controls/icons";
import { NumberField } from "../controls/NumberField";
import { signed } from "../controls/numbers";
import type { Drive, Sound, Timeline, WalkSummary } from "../protocol/wire";
import { MAX_ALPHA } from "../protocol/wire";
import { withDrive, withSound, withStartsAt } from "../state/timeline";
import { useApp, useCatalog, useObservable, usePicture } from "./app";
import styles from "./TimelinePane.module.css";
import { clockTime } from "./timeline_scale";

export function SoundPane({ timeline }: { readonly timeline: Timeline | null }) {
  const { timelineView, sounds } = useApp();
  const sound = useObservable(sounds.sound);
  return (
    <section className={styles.pane} aria-label="Sound">
      <div className={styles.head}>
        <h3>Sound</h3>
        <IconButton
          icon="close"
          label="Close sound"
          onClick={() => timelineView.setState({ pane: "none" })}
        />
      </div>
      <div className={styles.form}>
        <FileRow sound={sound} />
        {sound && timeline && <Beats sound={sound} timeline={timeline} />}
        {sound && timeline && <DriveForm sound={sound} timeline={timeline} />}
      </div>
    </section>
  );
}

function FileRow({ sound }: { readonly sound: Sound | null }) {
  const { document, sounds, timelineDesk } = useApp();
  const name = useObservable(sounds.name);
  const isLoading = useObservable(sounds.isLoading);
  const take = async (file: File) => {
    const heard = await sounds.send(file);
    // A timeline that is made later takes it with its first keyframe.
    if (heard && document.getState().timeline) timelineDesk.change("Sound", withSound(heard.id));
  };
  const drop = () => {
    timelineDesk.change("Without sound", withSound(null));
    sounds.drop();
  };
  return (
    <FileChooser label="Audio file" accept="audio/*" onChoose={(file) => void take(file)}>
      {(choose) =>
        sound ? (
          <div className={styles.row}>
            <p className={styles.name}>
              {name || "Sound of the document"}
              <br />
              <span className={styles.word}>{describe(sound)}</span>
            </p>
            <IconButton icon="upload" label="Another file" disabled={isLoading} onClick={choose} />
            <IconButton icon="trash" label="Remove the sound" onClick={drop} />
          </div>
        ) : (
          <>
            <p className={styles.word}>
              {isLoading
                ? "Listening…"
                : "A song gives the ruler its beats, and can move a slider by its loudness."}
            </p>
            <div className={styles.foot}>
              <Button
                variant="filled"
                leftSection={<Icon name="upload" />}
                disabled={isLoading}
                onClick={choose}
              >
                Choose an audio file
              </Button>
              {isLoading && <Button onClick={() => sounds.drop()}>Stop</Button>}
            </div>
          </>
        )
      }
    </FileChooser>
  );
}

function describe({ seconds, tempo, beats }: Sound): string {
  const speed = tempo > 0 ? `${Math.round(tempo)} beats a minute` : "no steady beat";
  return `${clockTime(seconds)}, ${beats.length > 0 ? speed : "no beats found"}`;
}

function Beats({ sound, timeline }: { readonly sound: Sound; readonly timeline: Timeline }) {
  const { timelineDesk } = useApp();
  const isOfUse = sound.beats.length > 0 && timeline.keyframes.length > 1;
  return (
    <Button
      disabled={!isOfUse}
      title="Each keyframe begins on the beat nearest to it"
      onClick={() => timelineDesk.change("Snap to beats", withStartsAt(sound.beats))}
    >
      Snap keyframes to beats
    </Button>
  );
}

/** Which slider the sound moves, by what, and how far. */
function DriveForm({ sound, timeline }: { readonly sound: Sound; readonly timeline: Timeline }) {
  const { timelineDesk } = useApp();
  const picture = usePicture();
  const model = picture?.model ?? "";
  const walks = useCatalog((state) => state.walks[model]?.walks) ?? [];
  const { drive } = timeline;
  const set = (change: Partial<Drive>) => {
    const label = change.walk === null ? "Sound moves nothing" : "Sound moves a slider";
    const now = withSound(sound.id)(timeline)?.drive;
    if (now) timelineDesk.change(label, withDrive({ ...now, ...change }));
  };
  const choose = (id: string | null) => {
    const walk = walks.find((each) => each.id === id);
    if (!walk) set({ walk: null });
    else set({ walk: walk.id, amount: drive?.walk ? drive.amount : firstAmount(walk) });
  };
  return (
    <>
      <Select
        aria-label="Slider that the sound moves"
        placeholder="It moves no slider"
        clearable
        searchable
        value={drive?.walk ?? null}
        data={walks
          .filter(({ is_hidden }) => !is_hidden)
          .map(({ id, title }) => ({ value: id, label: title }))}
        onChange={choose}
      />
      {drive?.walk && (
        <div className={styles.fields}>
          <SegmentedControl
            aria-label="By"
            value={drive.by}
            data={[
              { value: "loudness", label: "Loudness" },
              { value: "beats", label: "Beats" },
            ]}
            onChange={(by) => set({ by: by as Drive["by"] })}
          />
          <span>
            <span className={styles.word}>by</span>
            <NumberField
              label="Amount at the loudest"
              value={drive.amount}
              min={-MAX_ALPHA}
              max={MAX_ALPHA}
              width={7}
              format={(amount) => signed(amount)}
              onCommit={(amount) => set({ amount })}
            />
          </span>
        </div>
      )}
    </>
  );
}

/** Half of how far the slider goes: to be seen, and not too much. */
function firstAmount({ low, high }: WalkSummary): number {
  const end = Math.abs(high) >= Math.abs(low) ? high : low;
  return Number((end / 2).toFixed(2));
}
