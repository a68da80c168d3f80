/** FactorMarks: what the marks on a factor's slider and on the pad mean, each drawn as it stands there. */

import type { CSSProperties, ReactNode } from "react";
import pad from "../controls/Pad.module.css";
import slider from "../controls/ValueSlider.module.css";
import styles from "./FactorPanel.module.css";

export function FactorMarks({ hasPad }: { readonly hasPad: boolean }) {
  return (
    <details className={styles.marks}>
      <summary>What the marks mean</summary>
      <dl>
        <Mark sign={<OnSlider name={slider.thumb} />}>
          Where the picture is: measured in it, or, with ≈, as predicted where nothing measures it.
        </Mark>
        <Mark sign={<OnSlider name={slider.mark} />}>
          What the factor predicts of a picture that is measured.
        </Mark>
        <Mark sign={<Zone kind="band" />}>How far a prediction errs, either way, as a rule.</Mark>
        <Mark sign={<OnSlider name={slider.home} />}>
          Where it was before any factor moved; a double-click takes this factor back.
        </Mark>
        <Mark sign={<Zone kind="doubtful" />}>
          Off what the generator draws by itself: nothing is set there.
        </Mark>
        {hasPad && (
          <>
            <Mark sign={<OnPad name={pad.handle} />}>On the pad: where the picture is.</Mark>
            <Mark sign={<OnPad name={pad.mark} />}>What the factors predict of it.</Mark>
            <Mark sign={<OnPad name={pad.home} />}>Where it was before any factor moved.</Mark>
            <Mark sign={<Rings />}>
              Where pictures lie by themselves: within 1, 2 and 3 standard deviations.
            </Mark>
          </>
        )}
      </dl>
    </details>
  );
}

interface MarkProps {
  readonly sign: ReactNode;
  readonly children: ReactNode;
}

function Mark({ sign, children }: MarkProps) {
  return (
    <>
      <dt aria-hidden="true">{sign}</dt>
      <dd>{children}</dd>
    </>
  );
}

const MIDDLE = { "--at": 0.5, "--mark": 0.5, "--home": 0.5, "--x": 0.5, "--y": 0.5 } as CSSProperties;
const WHOLE = { "--from": 0, "--to": 1 } as CSSProperties;

function OnSlider({ name }: { readonly name: string | undefined }) {
  return (
    <div className={styles.sign} style={MIDDLE}>
      <div className={slider.track} />
      <div className={name} />
    </div>
  );
}

function Zone({ kind }: { readonly kind: "band" | "doubtful" }) {
  return (
    <div className={styles.sign}>
      <div className={slider.zone} data-kind={kind} style={WHOLE} />
    </div>
  );
}

function OnPad({ name }: { readonly name: string | undefined }) {
  return (
    <div className={styles.sign} style={MIDDLE}>
      <div className={name} />
    </div>
  );
}

function Rings() {
  return (
    <svg className={pad.ground} viewBox="0 0 40 20" aria-hidden="true">
      {[10, 7, 3.5].map((radius) => (
        <polygon key={radius} points={circle(radius)} />
      ))}
    </svg>
  );
}

const CORNERS = 24;

function circle(radius: number): string {
  return Array.from({ length: CORNERS }, (_, place) => {
    const turn = (2 * Math.PI * place) / CORNERS;
    return `${(20 + radius * Math.cos(turn)).toFixed(1)},${(10 + radius * Math.sin(turn)).toFixed(1)}`;
  }).join(" ");
}
