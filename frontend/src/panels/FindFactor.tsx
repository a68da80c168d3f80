/** FindFactor: the small form that begins the search for factors, and the searches that are on their way. */

import { ActionIcon, Button, Checkbox, Popover, SegmentedControl } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Icon } from "../controls/icons";
import { WendProblem } from "../protocol/http";
import type { JobSummary, RecipeSummary } from "../protocol/wire";
import {
  bodyToFind,
  editsToFind,
  FACTOR_KIND,
  sayPreset,
  searchesOf,
  splitEdits,
} from "../state/factor_find";
import { type FactorWalk, sayEdit } from "../state/factor_units";
import { isActive, type Told } from "../state/jobs";
import { openJobs } from "../state/jobs_view";
import { printKey } from "../state/keys";
import { useApp, useCommand, useFactorView, useJobs } from "./app";
import styles from "./FactorPanel.module.css";
import { JobRow } from "./JobRow";
import { Telling } from "./Telling";

export interface FindFactorProps {
  readonly model: string;
  readonly walks: readonly FactorWalk[];
}

/** Shows its name only while there is no factor yet. */
export function FindFactor({ model, walks }: FindFactorProps) {
  const { factorView, isMac } = useApp();
  const [command] = useCommand("find-factor");
  const isOpen = useFactorView((state) => state.isFinding);
  const recipe = useJobs((state) => state.recipes?.find(({ kind }) => kind === FACTOR_KIND));
  if (!recipe) return null;
  const close = () => factorView.setState({ isFinding: false });
  const key = printKey(command.keys[0] ?? "", isMac);
  return (
    <Popover
      opened={isOpen}
      onChange={(isFinding) => factorView.setState({ isFinding })}
      width={296}
      position="bottom-end"
      trapFocus
      returnFocus
      shadow="md"
    >
      <Popover.Target>
        {walks.length === 0 ? (
          <Button
            leftSection={<Icon name="plus" />}
            aria-keyshortcuts={command.keys[0]}
            title={`${command.label}  ·  ${key}`}
            onClick={command.run}
          >
            Find a factor…
          </Button>
        ) : (
          <ActionIcon
            color="gray"
            aria-label={command.label}
            aria-keyshortcuts={command.keys[0]}
            title={`${command.label}  ·  ${key}`}
            onClick={command.run}
          >
            <Icon name="plus" />
          </ActionIcon>
        )}
      </Popover.Target>
      <Popover.Dropdown aria-label={command.label}>
        <Form key={model} model={model} walks={walks} recipe={recipe} onDone={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

interface FormProps extends FindFactorProps {
  readonly recipe: RecipeSummary;
  readonly onDone: () => void;
}

function Form({ model, walks, recipe, onDone }: FormProps) {
  const { jobs, jobsView, drawer } = useApp();
  const edits = editsToFind(recipe);
  const presets = Object.keys(recipe.presets);
  const found = walks.map(({ factor }) => factor.edit);
  const { usual, others } = splitEdits(edits);
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    edits.filter((edit) => !found.includes(edit)).slice(0, 1),
  );
  const [preset, setPreset] = useState(presets[0] ?? "");
  const [problem, setProblem] = useState<Told | null>(null);
  const [isSending, setSending] = useState(false);
  const start = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setProblem(null);
    try {
      for (const edit of chosen) {
        await jobs.start(bodyToFind(recipe, model, edit, preset));
        // Where the next one is refused, this one is not begun again.
        setChosen((rest) => rest.filter((each) => each !== edit));
      }
      onDone();
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      setProblem(error);
    }
    setSending(false);
  };
  const openAll = () => {
    const { params } = bodyToFind(recipe, model, chosen[0] ?? edits[0] ?? "", preset);
    openJobs(drawer, jobsView, { kind: "form", recipe: FACTOR_KIND, params: params ?? null });
    onDone();
  };
  return (
    <form className={styles.find} aria-label="Find a factor" onSubmit={(event) => void start(event)}>
      <p className={styles.word}>
        Puts the picture at an exact value. Learned from the generator's own pictures, changed a little,
        without labels.
      </p>
      <Checkbox.Group label="What to find" value={[...chosen]} onChange={setChosen}>
        <div className={styles.edits}>
          {usual.map((edit) => (
            <Choice key={edit} edit={edit} isFound={found.includes(edit)} />
          ))}
          {others.length > 0 && (
            <details
              className={styles.others}
              open={usual.length === 0 || others.some((edit) => chosen.includes(edit))}
            >
              <summary>More, where pictures have it</summary>
              {others.map((edit) => (
                <Choice key={edit} edit={edit} isFound={found.includes(edit)} />
              ))}
            </details>
          )}
        </div>
      </Checkbox.Group>
      {presets.length > 1 && (
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="How"
          value={preset}
          data={[...presets]}
          onChange={setPreset}
        />
      )}
      {sayPreset(preset) && <p className={styles.word}>{sayPreset(preset)}</p>}
      {new Set([...found, ...chosen]).size < 2 && (
        <p className={styles.word}>With two factors, such as x and y, both move at once on a pad.</p>
      )}
      {problem && <Telling told={problem} />}
      <div className={styles.buttons}>
        <Button variant="subtle" onClick={openAll}>
          All settings…
        </Button>
        <Button type="submit" variant="filled" loading={isSending} disabled={chosen.length === 0}>
          {chosen.length > 1 ? `Find ${chosen.length}` : "Find it"}
        </Button>
      </div>
    </form>
  );
}

/** One factor that could be found. */
function Choice({ edit, isFound }: { readonly edit: string; readonly isFound: boolean }) {
  const { name, words } = sayEdit(edit);
  return (
    <Checkbox
      size="xs"
      color="var(--accent)"
      iconColor="var(--on-accent)"
      value={edit}
      label={
        <>
          {name} <span className={styles.dim}>{[words, isFound && "found"].filter(Boolean).join(" · ")}</span>
        </>
      }
    />
  );
}

/** Searches on their way, and those that failed while somebody looked on. */
export function Searches({ model }: { readonly model: string }) {
  const { drawer, jobsView, fetchWalks } = useApp();
  const jobs = useJobs((state) => state.jobs);
  const active = searchesOf(jobs, model);
  const seen = useRef(new Set<string>());
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  for (const { id } of active) seen.current.add(id);
  const ended = jobs.filter((job) => job.model === model && seen.current.has(job.id) && !isActive(job));
  const done = ended.filter(({ state }) => state === "done").length;
  // The slider is there at once, whatever else the server has to tell of.
  useEffect(() => {
    if (done > 0) fetchWalks(model);
  }, [done, fetchWalks, model]);
  const failed = ended.filter((job) => job.state === "failed" && !dismissed.includes(job.id));
  const open = (id: string) => openJobs(drawer, jobsView, { kind: "job", id });
  return (
    <>
      {active.length > 0 && (
        <ul className={styles.searches} aria-label="Factors being found">
          {active.map((job) => (
            <JobRow key={job.id} job={job} isChosen={false} onChoose={open} isBrief />
          ))}
        </ul>
      )}
      {failed.map((job) => (
        <Failed key={job.id} job={job} onDismiss={() => setDismissed((ids) => [...ids, job.id])} />
      ))}
    </>
  );
}

function Failed({ job, onDismiss }: { readonly job: JobSummary; readonly onDismiss: () => void }) {
  return (
    <Telling told={{ sentence: `${job.title}: ${job.failure ?? "failed."}`, hint: job.hint ?? "" }}>
      <Button onClick={onDismiss}>Dismiss</Button>
    </Telling>
  );
}
