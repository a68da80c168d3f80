/** Word: a term of the field where it stands on the page; pressing it says what it means. */

import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { GLOSSARY, type TermId } from "../state/glossary";
import { useApp } from "./app";
import styles from "./Word.module.css";

export function Word({ of, children }: { readonly of: TermId; readonly children: ReactNode }) {
  const { view } = useApp();
  return (
    <UnstyledButton
      className={styles.word}
      title={GLOSSARY[of].text}
      aria-description="What this means"
      onClick={() => view.setState({ isHelpOpen: true, helpTerm: of })}
    >
      {children}
    </UnstyledButton>
  );
}
