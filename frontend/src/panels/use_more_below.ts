/** More below: whether what scrolls goes on beneath its lower edge. */

import { type RefObject, useEffect, useState } from "react";

/** Of the mark that stands at the end: whether it is out of sight. `cover` pixels above the edge are lain over. */
export function useMoreBelow(end: RefObject<HTMLElement | null>, cover = 0): boolean {
  const [isMore, setMore] = useState(false);
  useEffect(() => {
    if (!end.current) return;
    const observer = new IntersectionObserver(([entry]) => setMore(entry?.isIntersecting === false), {
      root: end.current.closest("[data-scrolls]"),
      rootMargin: `0px 0px ${-cover}px`,
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [end, cover]);
  return isMore;
}
