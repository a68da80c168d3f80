/** Easings: what each is called, in the order they are offered. */

import type { Easing } from "../protocol/wire";

export const EASINGS: readonly { readonly value: Easing; readonly title: string; readonly words: string }[] =
  [
    { value: "linear", title: "Even", words: "the same speed all the way" },
    { value: "ease_in", title: "Slow start", words: "gathers speed" },
    { value: "ease_out", title: "Slow end", words: "comes to rest" },
    { value: "ease_in_out", title: "Slow both", words: "gathers speed and comes to rest" },
    { value: "hold", title: "Hold", words: "stays, then jumps" },
  ];
