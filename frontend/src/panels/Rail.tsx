/** Rail: which picture it is, before any slider: model, seed, truncation, noise. */

import { Switch } from "@mantine/core";
import { useStore } from "zustand";
import { NumberField } from "../controls/NumberField";
import { fixed, whole } from "../controls/numbers";
import { ValueSlider } from "../controls/ValueSlider";
import { MAX_SEED, PSI_RANGE } from "../protocol/wire";
import { PSI } from "../state/controls";
import { printKey } from "../state/keys";
import { PSI_SLIDER } from "../state/knob_sliders";
import { seedOf, withPsi, withSeed } from "../state/picture";
import { FOCUS } from "../state/view_commands";
import { useApp, useCommand, useForeignChange, useModel, usePicture, useView } from "./app";
import { BlendField } from "./BlendField";
import { ClassPicker } from "./ClassPicker";
import { CommandButton } from "./CommandButton";
import { KnobButton } from "./KnobItems";
import { MixField } from "./MixField";
import { ModelPicker } from "./ModelPicker";
import { PsiLayers } from "./PsiLayers";
import styles from "./Rail.module.css";
import { SeedStrip } from "./SeedStrip";
import { useDraft } from "./use_draft";
import { Word } from "./Word";

const { low: PSI_LOW, high: PSI_HIGH } = PSI_SLIDER;
const PSI_STEP = 0.01;

export function Rail() {
  return (
    <nav className={styles.rail} aria-label="Model and seed">
      <ModelPicker />
      <BlendField />
      <ClassPicker />
      <SeedField />
      <MixField />
      <PsiField />
      <NoiseField />
    </nav>
  );
}

function SeedField() {
  const { editor } = useApp();
  const picture = usePicture();
  const seed = picture ? seedOf(picture) : 0;
  const isSheetOpen = useView((state) => state.isSheetOpen && state.sheetRows === null);
  const isKeptOpen = useStore(useApp().sheet, ({ sheet }) => sheet === "latents");
  return (
    <section className={styles.field}>
      <div className={styles.head}>
        <label htmlFor={FOCUS.seed}>Seed</label>
        <span className={styles.more}>
          <CommandButton id="seed-sheet" icon="sheet" isPressed={isSheetOpen} />
          <CommandButton id="latents" icon="gallery" isPressed={isKeptOpen} />
          <CommandButton id="download-latent" icon="download" />
        </span>
        <NumberField
          id={FOCUS.seed}
          label="Seed"
          value={seed}
          min={0}
          max={MAX_SEED}
          width={10}
          isWhole
          format={whole}
          blank={picture?.latent.kind === "code" ? "none" : undefined}
          onPreview={(next) => editor.preview(withSeed(next))}
          onGiveUp={() => editor.cancel()}
          onCommit={(next) => editor.commit("Seed", withSeed(next))}
        />
      </div>
      <div className={styles.buttons}>
        <CommandButton id="previous-seed" icon="previous" />
        <CommandButton id="random-seed" icon="random" text="Random" />
        <CommandButton id="next-seed" icon="next" />
      </div>
      {picture?.latent.kind === "code" && (
        <p className={styles.help}>
          No seed drew this: it comes from a photo or a file, and is kept (Shift+I). A seed takes its place.
        </p>
      )}
      <SeedStrip />
      <StayMoved />
    </section>
  );
}

/** Another seed keeps the sliders, and the small pictures show none of them: said where seeds are chosen. */
function StayMoved() {
  const { isMac } = useApp();
  const [{ keys }] = useCommand("reset");
  const moved = usePicture()?.edits.filter(({ alpha }) => alpha !== 0).length ?? 0;
  return (
    <div className={styles.moved} role="status">
      {moved > 0 && (
        <>
          <p>{moved === 1 ? "1 slider stays moved" : `${moved} sliders stay moved`}</p>
          <CommandButton id="reset" icon="reset" text={`Reset (${printKey(keys[0] ?? "", isMac)})`} />
        </>
      )}
    </div>
  );
}

function PsiField() {
  const { editor } = useApp();
  const picture = usePicture();
  const home = useModel()?.psi ?? PSI_SLIDER.home;
  const draft = useDraft(picture?.psi ?? home, PSI);
  const onForeignChange = useForeignChange();
  const preview = (psi: number) => {
    draft.set(psi);
    editor.preview(withPsi(psi));
  };
  const commit = (psi: number, act?: symbol) => {
    draft.set(null);
    editor.commit("Variety", withPsi(psi), act);
  };
  const cancel = () => {
    draft.set(null);
    editor.cancel();
  };
  return (
    <section className={styles.field}>
      <div className={styles.head}>
        <span id="psi-label">Variety</span>
        <span className={styles.more}>
          <PsiLayers />
          <KnobButton />
        </span>
        <NumberField
          label="Truncation psi"
          value={draft.value}
          min={PSI_RANGE[0]}
          max={PSI_RANGE[1]}
          width={5}
          format={fixed}
          hint={`Of use from ${PSI_LOW} to ${PSI_HIGH}; from ${PSI_RANGE[0]} to ${PSI_RANGE[1]} can be typed.`}
          step={PSI_STEP}
          onPreview={preview}
          onGiveUp={cancel}
          onCommit={commit}
        />
      </div>
      <ValueSlider
        label="Variety (truncation psi)"
        value={draft.value}
        low={PSI_LOW}
        high={PSI_HIGH}
        home={home}
        step={PSI_STEP}
        valueText={fixed(draft.value)}
        knob={draft.knob}
        onPreview={preview}
        onCommit={commit}
        onCancel={cancel}
        onForeignChange={onForeignChange}
      />
      {(draft.value < PSI_LOW || draft.value > PSI_HIGH) && (
        <p className={styles.beyond} role="status">
          Past {PSI_LOW} to {PSI_HIGH}, where it is of use: the picture may fall apart.
        </p>
      )}
      <p className={styles.help}>
        <Word of="psi">Truncation ψ</Word>: 0 draws the average, 1 all the model knows.
      </p>
    </section>
  );
}

function NoiseField() {
  const picture = usePicture();
  const [toggle, mayToggle] = useCommand("toggle-noise");
  const hasNoise = useModel()?.has_noise ?? true;
  if (!hasNoise) return <p className={styles.help}>This model draws without noise.</p>;
  return (
    <section className={styles.field}>
      <div className={styles.head}>
        <Switch
          label="Noise"
          checked={picture?.noise_seed !== null}
          disabled={!mayToggle}
          onChange={toggle.run}
        />
        <CommandButton id="new-noise" icon="noise" text="New" />
      </div>
      <p className={styles.help}>
        Fine random <Word of="noise">detail</Word>, apart from the seed.
      </p>
    </section>
  );
}
