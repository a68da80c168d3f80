/** DropHopes: where files go that are held over the page, told over all of it. */

import styles from "./DropHopes.module.css";

/** The whole page takes what is dropped anywhere in it; only parts that take it themselves are marked alone. */
export function DropHopes({ hopes }: { readonly hopes: string }) {
  return (
    <div className={styles.over} data-drop="page">
      <p className={styles.hopes} role="status">
        {hopes}
      </p>
    </div>
  );
}
