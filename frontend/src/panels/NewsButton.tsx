/** NewsButton: lets the browser tell of jobs, imports and searches that end while the page is out of sight. */

import { useEffect, useState } from "react";
import { IconButton } from "../controls/IconButton";
import { useApp, useJobsView } from "./app";
import styles from "./JobsPanel.module.css";

const SHOWN_MS = 4000;

export function NewsButton() {
  const { jobsView, jobNews } = useApp();
  const wantsNews = useJobsView((state) => state.wantsNews);
  const [isRefused, setRefused] = useState(false);
  useEffect(() => {
    if (!isRefused) return;
    const timer = setTimeout(() => setRefused(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isRefused]);
  const toggle = async () => {
    if (wantsNews) {
      jobsView.setState({ wantsNews: false });
      return;
    }
    const isAllowed = await jobNews.askLeave();
    setRefused(!isAllowed);
    jobsView.setState({ wantsNews: isAllowed });
  };
  return (
    <>
      <span role="status" className={styles.word}>
        {isRefused && "The browser does not allow notices of this page."}
      </span>
      <IconButton
        icon="bell"
        label="Tell me when long work ends"
        isPressed={wantsNews}
        onClick={() => void toggle()}
      />
    </>
  );
}
