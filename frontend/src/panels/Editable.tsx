/** Editable: words that can be typed over in place. */

import { useState } from "react";

export interface EditableProps {
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  readonly className: string;
  /** Several lines. */
  readonly isLong?: boolean;
  readonly onCommit: (value: string) => void;
}

/** Leaving the field takes what was typed, as Enter does in a single line; Escape takes it back. */
export function Editable({ label, value, maxLength, className, isLong = false, onCommit }: EditableProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    setTyped(null);
    if (typed !== null && typed.trim() !== value) onCommit(typed.trim());
  };
  const shared = {
    className,
    "aria-label": label,
    value: typed ?? value,
    maxLength,
    spellCheck: false,
    autoComplete: "off",
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setTyped(event.currentTarget.value),
    onBlur: commit,
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key === "Enter" && !isLong) commit();
      if (event.key === "Escape" && typed !== null) {
        event.stopPropagation();
        setTyped(null);
      }
    },
  };
  return isLong ? (
    <textarea rows={3} placeholder="Write what it was for." {...shared} />
  ) : (
    <input {...shared} />
  );
}
