/** FileChooser: lets somebody choose files of this computer, by whatever button stands for that. */

import { type ReactNode, useRef } from "react";

export interface FileChooserProps {
  /** Names the field for screen readers. */
  readonly label: string;
  /** Kinds of files, as `accept` of a file field has them. */
  readonly accept: string;
  readonly isMany?: boolean;
  /** Told of each file by itself. */
  readonly onChoose?: (file: File) => void;
  /** Told of all at once, where they may belong together. */
  readonly onChooseAll?: (files: readonly File[]) => void;
  /** The button; it calls what it is given. */
  readonly children: (choose: () => void) => ReactNode;
}

export function FileChooser(props: FileChooserProps) {
  const { label, accept, isMany = false, onChoose, onChooseAll, children } = props;
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
          if (files.length > 0) onChooseAll?.(files);
          for (const file of files) onChoose?.(file);
        }}
      />
    </>
  );
}
