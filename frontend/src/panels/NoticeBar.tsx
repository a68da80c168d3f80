/** NoticeBar: the newest thing to tell, over the stage, with what can be done about it. */

import { Button } from "@mantine/core";
import { useEffect } from "react";
import { IconButton } from "../controls/IconButton";
import { useApp, useObservable } from "./app";
import { useMissing } from "./MissingBar";
import styles from "./NoticeBar.module.css";

/** Long enough to read; longer where there is something to press. */
const SHOWN_MS = 4000;
const WITH_ACTIONS_MS = 10_000;

export function NoticeBar() {
  const { live } = useApp();
  const newest = useObservable(live.notice);
  // What could not be drawn for want of a model or slider is told over the stage, with what may take its place.
  const isMissing = useMissing() !== null;
  const notice = isMissing && newest?.about === "render" ? null : newest;
  const actions = notice?.actions ?? [];
  const lasts = actions.length > 0 ? WITH_ACTIONS_MS : SHOWN_MS;
  useEffect(() => {
    if (notice?.kind !== "info") return;
    const timer = setTimeout(() => live.notice.set(null), lasts);
    return () => clearTimeout(timer);
  }, [notice, live, lasts]);
  // The region stands before its text comes, or screen readers would not say it.
  return (
    <div className={styles.notices} role={notice?.kind === "error" ? "alert" : "status"}>
      {notice && (
        <div className={styles.notice} data-kind={notice.kind} data-code={notice.code}>
          <p>
            <strong>{notice.sentence}</strong> {notice.hint}
          </p>
          {actions.map(({ label, run }) => (
            <Button
              key={label}
              onClick={() => {
                live.notice.set(null);
                run();
              }}
            >
              {label}
            </Button>
          ))}
          <IconButton icon="close" label="Dismiss" onClick={() => live.notice.set(null)} />
        </div>
      )}
    </div>
  );
}
