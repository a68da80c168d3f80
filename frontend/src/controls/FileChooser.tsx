/** FileChooser: lets somebody choose files of this computer, by whatever button stands for that. */

import { type ReactNode, useRef } from "react";

export interface FileChooserProps {
  /** Names the field for screen readers. */
  readonly label: string;
  /** Kinds of files, as `accept` of a file field has them. */
  readonly accept: string;
  readonly isMany?: boolean;
  readonly onChoose: (file: File) => void;
  /** The button; it calls what it is given. */
  readonly children: (choose: () => void) => ReactNode;
}

export function FileChooser({ label, accept, isMany = false, onChoose, children }: FileChooserProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      {children(() => field.current?.click())}
      <input
        ref={field}
        type="file"
        accept={accept}
        multiple={isMany}
        hidden
        aria-label={label}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // The same file may be chosen again.
          event.currentTarget.value = "";
          for (const file of files) onChoose(file);
        }}
      />
    </>
  );
}
