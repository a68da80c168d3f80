/** SkipLinks: the first things the keyboard comes to, unseen until it does: ways past all that stands between. */

import { useApp } from "./app";
import styles from "./SkipLinks.module.css";

export function SkipLinks() {
  const { commands } = useApp();
  return (
    <nav className={styles.links} aria-label="Skip to">
      {(["go-sliders", "go-seed", "palette", "help"] as const).map((id) => (
        <button key={id} type="button" className={styles.link} onClick={() => commands[id].run()}>
          {commands[id].label}
        </button>
      ))}
    </nav>
  );
}
