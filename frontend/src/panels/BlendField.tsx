/** BlendField: a slider from one model to another, old to new or between two that were made of one. */

import { Menu, SegmentedControl, UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { Icon } from "../controls/icons";
import { ValueSlider } from "../controls/ValueSlider";
import type { KinList, KinSummary, ModelSummary, Picture } from "../protocol/wire";
import {
  endsOf,
  firstPartner,
  fitting,
  type How,
  placeOf,
  withHow,
  withoutBlend,
  withPlace,
} from "../state/blend";
import { FOCUS } from "../state/view_commands";
import { useApp, useCatalog, useForeignChange, useModel, useObservable, usePicture } from "./app";
import styles from "./BlendField.module.css";
import { useDraft } from "./use_draft";
import { Word } from "./Word";

const HOWS: Readonly<Record<How, string>> = {
  weights: "All numbers of the two networks lie between.",
  w: "What the two make of the seed lies between; one network draws it.",
};

const RELATIONS: Readonly<Record<KinSummary["relation"], string>> = {
  parent: "What it was made of",
  child: "Made of it",
  sibling: "Made of the same",
  stranger: "Of the same shape",
};

export function BlendField() {
  const { kin } = useApp();
  const model = useModel();
  const picture = usePicture();
  const models = useCatalog((state) => state.models);
  const list = useObservable(kin.all).get(model?.id ?? "");
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew when the list of models has changed
  useEffect(() => {
    if (model) void kin.learn(model.id);
  }, [kin, model, models]);
  if (!model || !picture || !list) return null;
  const { model_blend: blend } = picture;
  if (blend && !list.kin.some((each) => each.model === blend.model)) return <Gone model={blend.model} />;
  if (fitting(list.kin).length === 0 && !blend) return null;
  return <Field key={model.id} model={model} picture={picture} list={list} />;
}

interface FieldProps {
  readonly model: ModelSummary;
  readonly picture: Picture;
  readonly list: KinList;
}

function Field({ model, picture, list }: FieldProps) {
  const { editor } = useApp();
  const [chosen, choose] = useState<string | null>(null);
  const [wanted, setWanted] = useState<How>("weights");
  const wish = picture.model_blend?.model ?? chosen;
  const partner = list.kin.find((each) => each.model === wish) ?? firstPartner(list.kin);
  const how = picture.model_blend?.how ?? (partner?.why_not_w ? "weights" : wanted);
  const take = (next: KinSummary) => {
    choose(next.model);
    if (picture.model_blend && partner && next.model !== partner.model) {
      const way = next.why_not_w === "" ? how : "weights";
      editor.commit(`Blend with ${next.title}`, (old) => ({
        ...old,
        model_blend: old.model_blend && { ...old.model_blend, model: next.model, how: way },
      }));
    }
  };
  return (
    <section className={styles.field} aria-label="Blend of models">
      <div className={styles.head}>
        <Word of="blend">Blend</Word>
        <Partners kin={list.kin} partner={partner} onChoose={take} />
      </div>
      {partner ? (
        <>
          <Way model={model} picture={picture} partner={partner} how={how} />
          <SegmentedControl
            aria-label="What is blended"
            size="xs"
            fullWidth
            value={how}
            onChange={(value) => {
              const next: How = value === "w" ? "w" : "weights";
              setWanted(next);
              if (picture.model_blend) editor.commit(`Blend by ${next}`, withHow(next));
            }}
            data={[
              { value: "weights", label: "Weights" },
              { value: "w", label: "w", disabled: partner.why_not_w !== "" },
            ]}
          />
          <p className={styles.help}>
            {HOWS[how]}
            {partner.why_not_w !== "" && ` Not in w: ${partner.why_not_w}.`}
          </p>
        </>
      ) : (
        <p className={styles.help}>Choose a model to blend {model.title} with.</p>
      )}
    </section>
  );
}

interface WayProps {
  readonly model: ModelSummary;
  readonly picture: Picture;
  readonly partner: KinSummary;
  readonly how: How;
}

/** The slider between the two. */
function Way({ model, picture, partner, how }: WayProps) {
  const { editor } = useApp();
  const onForeignChange = useForeignChange();
  const { left, right, home } = endsOf(model.title, partner);
  const draft = useDraft(placeOf(picture, partner));
  const isOldToNew = partner.relation === "parent" || partner.relation === "child";
  const name = isOldToNew ? "Old to new" : "Blend";
  const change = (place: number) => withPlace(partner, place, how);
  const said = `${Math.round(100 * draft.value)} % ${right}`;
  return (
    <div>
      <ValueSlider
        id={FOCUS.blend}
        label={`${name}: ${left} to ${right}`}
        value={draft.value}
        low={0}
        high={1}
        home={home}
        from={0}
        step={0.01}
        valueText={said}
        knob={draft.knob}
        onPreview={(place) => {
          draft.set(place);
          editor.preview(change(place));
        }}
        onCommit={(place, act) => {
          draft.set(null);
          editor.commit(name, change(place), act);
        }}
        onCancel={() => {
          draft.set(null);
          editor.cancel();
        }}
        onForeignChange={onForeignChange}
      />
      <div className={styles.ends}>
        <span title={left}>{isOldToNew ? "Old" : left}</span>
        <output>{said.split(" ", 2).join(" ")}</output>
        <span title={right}>{isOldToNew ? "New" : right}</span>
      </div>
    </div>
  );
}

interface PartnersProps {
  readonly kin: readonly KinSummary[];
  readonly partner: KinSummary | null;
  readonly onChoose: (partner: KinSummary) => void;
}

/** The models it can be blended with, and why not with the others. */
function Partners({ kin, partner, onChoose }: PartnersProps) {
  const able = fitting(kin);
  const unable = kin.filter((each) => !able.includes(each));
  const title = partner?.title ?? "Choose";
  const [isUnfolded, setUnfolded] = useState(false);
  return (
    <Menu width={296} position="bottom-end" shadow="md">
      <Menu.Target>
        <UnstyledButton className={styles.partner} aria-label={`Blend with: ${title}`} title={title}>
          <span>with {title}</span>
          <Icon name="down" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={styles.list ?? ""}>
        {able.map((each) => (
          <Menu.Item
            key={each.model}
            aria-current={each.model === partner?.model}
            onClick={() => onChoose(each)}
          >
            <span className={styles.words}>
              <strong>{each.title}</strong>
              <small>
                {RELATIONS[each.relation]}
                {able.some(({ title, model }) => title === each.title && model !== each.model) &&
                  ` · ${each.model}`}
              </small>
            </span>
          </Menu.Item>
        ))}
        {unable.length > 0 && (
          <Menu.Item
            closeMenuOnClick={false}
            aria-expanded={isUnfolded}
            rightSection={<Icon name={isUnfolded ? "low" : "down"} />}
            onClick={() => setUnfolded(!isUnfolded)}
          >
            <span className={styles.rest}>
              {unable.length === 1 ? "One that cannot be blended" : `${unable.length} that cannot be blended`}
            </span>
          </Menu.Item>
        )}
        {isUnfolded &&
          unable.map((each) => (
            <div key={each.model} className={styles.unable}>
              <strong>{each.title}</strong>
              <span>{each.why_not_weights}</span>
            </div>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A model that the picture blends and that is not on this server: nothing can be drawn until it is taken out. */
function Gone({ model }: { readonly model: string }) {
  const { editor } = useApp();
  return (
    <section className={styles.field} aria-label="Blend of models">
      <div className={styles.head}>
        <Word of="blend">Blend</Word>
        <IconButton
          icon="close"
          label={`Take ${model} out again`}
          onClick={() => editor.commit(`Take ${model} out`, withoutBlend)}
        />
      </div>
      <p className={styles.help}>“{model}” is not on this server: take it out to draw the picture.</p>
    </section>
  );
}
